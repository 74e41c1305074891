using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Packaging.Archive;

/// <summary>The RFC 8785 canonical JSON that a signature covers: format version, slug, version, files with digests, capabilities.</summary>
/// <remarks>
/// <c>{"capabilities":[…],"files":[{"path","sha256","size"}…],"formatVersion":1,"slug":"…","version":"…"}</c>: members in the
/// order of RFC 8785 section 3.2.3, files sorted by the UTF-8 bytes of their path, capabilities sorted ordinally.
/// </remarks>
public static class CanonicalFileList
{
    /// <summary>UTF-8 bytes of the canonical list.</summary>
    public static byte[] Create(Package package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return Write(package, package.Files);
    }

    /// <summary>
    /// What <c>security.checksum</c> must be when a manifest has it: the SHA-256, in lower-case hexadecimal digits, of the
    /// canonical list without <c>plugin.json</c>, because the manifest cannot contain a digest of itself.
    /// </summary>
    public static string Checksum(Package package)
    {
        ArgumentNullException.ThrowIfNull(package);
        var files = package.Files.Where(file => !string.Equals(file.Path, Package.ManifestPath, StringComparison.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Write(package, files)));
    }

    private static byte[] Write(Package package, IEnumerable<PackageFile> files)
    {
        var json = new StringBuilder("{\"capabilities\":[");
        var capabilities = package.Manifest.Security.Capabilities.Order(StringComparer.Ordinal);
        AppendList(json, capabilities, (output, capability) => AppendText(output, capability));
        json.Append("],\"files\":[");
        AppendList(json, files.OrderBy(file => file.Path, Utf8Order.Instance), AppendFile);
        json.Append("],\"formatVersion\":1,\"slug\":");
        AppendText(json, package.Manifest.Name);
        json.Append(",\"version\":");
        AppendText(json, package.Manifest.Version.ToString());
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    private static void AppendFile(StringBuilder json, PackageFile file)
    {
        json.Append("{\"path\":");
        AppendText(json, file.Path);
        json.Append(",\"sha256\":\"").Append(file.Sha256).Append("\",\"size\":");
        // Sizes are far below 2^53, where RFC 8785's number form is the plain integer.
        json.Append(file.Size.ToString(CultureInfo.InvariantCulture)).Append('}');
    }

    private static void AppendList<T>(StringBuilder json, IEnumerable<T> items, Action<StringBuilder, T> append)
    {
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
            {
                json.Append(',');
            }

            isFirst = false;
            append(json, item);
        }
    }

    // RFC 8785 section 3.2.2.2: the seven short escapes, \u00xx for other control characters, everything else as it is.
    // Utf8JsonWriter escapes more than that under every encoder.
    private static void AppendText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\t' => json.Append("\\t"),
                '\n' => json.Append("\\n"),
                '\f' => json.Append("\\f"),
                '\r' => json.Append("\\r"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }
}
