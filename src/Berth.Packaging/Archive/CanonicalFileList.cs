using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Berth.Packaging.Manifest;
using Berth.Packaging.Signing;

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
        return Write(package.Manifest, package.Files);
    }

    /// <summary>The same from what a host keeps of a package: its manifest, and its files with their digests.</summary>
    public static byte[] Create(PluginManifest manifest, IEnumerable<PackageFile> files)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(files);
        return Write(manifest, files);
    }

    /// <summary>
    /// What <c>security.checksum</c> must be when a manifest has it: the SHA-256, in lower-case hexadecimal digits, of the
    /// canonical list without <c>plugin.json</c>, because the manifest cannot contain a digest of itself.
    /// </summary>
    public static string Checksum(Package package)
    {
        ArgumentNullException.ThrowIfNull(package);
        var files = package.Files.Where(file => !string.Equals(file.Path, Package.ManifestPath, StringComparison.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Write(package.Manifest, files)));
    }

    private static byte[] Write(PluginManifest manifest, IEnumerable<PackageFile> files)
    {
        var json = new StringBuilder("{\"capabilities\":[");
        var capabilities = manifest.Security.Capabilities.Order(StringComparer.Ordinal);
        AppendList(json, capabilities, (output, capability) => CanonicalJson.AppendText(output, capability));
        json.Append("],\"files\":[");
        AppendList(json, files.OrderBy(file => file.Path, Utf8Order.Instance), AppendFile);
        json.Append("],\"formatVersion\":1,\"slug\":");
        CanonicalJson.AppendText(json, manifest.Name);
        json.Append(",\"version\":");
        CanonicalJson.AppendText(json, manifest.Version.ToString());
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    private static void AppendFile(StringBuilder json, PackageFile file)
    {
        json.Append("{\"path\":");
        CanonicalJson.AppendText(json, file.Path);
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
}
