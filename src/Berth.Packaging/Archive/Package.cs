using Berth.Packaging.Manifest;

namespace Berth.Packaging.Archive;

/// <summary>A package that passed the strict reader: its manifest and its files with their digests.</summary>
/// <param name="Manifest">The validated manifest.</param>
/// <param name="ManifestJson">The bytes of <c>plugin.json</c>.</param>
/// <param name="Digest">SHA-256 of the package's bytes: its identity. 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Length of the package in bytes.</param>
/// <param name="UnpackedSize">Sum of the files' sizes in bytes.</param>
/// <param name="Files">All files, <c>plugin.json</c> included, sorted by UTF-8 bytes of the path.</param>
public sealed record Package(
    PluginManifest Manifest, ReadOnlyMemory<byte> ManifestJson, string Digest, long Size, long UnpackedSize, IReadOnlyList<PackageFile> Files)
{
    /// <summary>Where the manifest is: <c>plugin.json</c>, exactly so.</summary>
    public const string ManifestPath = "plugin.json";
}

/// <summary>One file of a package.</summary>
/// <param name="Path">The path, <c>/</c>-separated.</param>
/// <param name="Size">Bytes, unpacked.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record PackageFile(string Path, long Size, string Sha256)
{
    /// <summary>Whether users may be served this file (contract: <c>dist/**</c>, <c>public/**</c>, <c>assets/**</c>, icon, README, CHANGELOG, LICENSE).</summary>
    public bool IsServed => ServedPaths.Contains(Path);
}
