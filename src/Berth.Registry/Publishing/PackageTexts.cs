using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Registry.Publishing;

/// <summary>README and CHANGELOG of a package, for its page. A text that is too long is cut at the end of a line.</summary>
internal sealed record PackageTexts(string? Readme, string? Changelog)
{
    /// <summary>Bytes of each text that are kept.</summary>
    public const int MaxBytes = 256 * 1024;

    public static async Task<PackageTexts> ReadAsync(Stream content, Package package, PackageLimits limits, CancellationToken cancellationToken) => new(
        await ReadAsync(content, package, "README.md", limits, cancellationToken),
        await ReadAsync(content, package, "CHANGELOG.md", limits, cancellationToken));

    private static async Task<string?> ReadAsync(Stream content, Package package, string path, PackageLimits limits, CancellationToken cancellationToken)
    {
        if (package.Files.All(f => f.Path != path))
            return null;

        content.Position = 0;
        var bytes = await PackageReader.ReadFileAsync(content, path, limits, cancellationToken);
        return bytes is null ? null : Decode(bytes);
    }

    private static string Decode(byte[] bytes)
    {
        var length = bytes.Length;
        if (length > MaxBytes)
        {
            var lastLine = bytes.AsSpan(0, MaxBytes).LastIndexOf((byte)'\n');
            length = lastLine > 0 ? lastLine : MaxBytes;
        }

        // PostgreSQL's text takes no NUL; a README has no use for one.
        return Encoding.UTF8.GetString(bytes, 0, length).TrimStart('\uFEFF').Replace("\0", "", StringComparison.Ordinal);
    }
}
