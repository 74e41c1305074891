using Berth.Packaging.Manifest;

namespace Berth.Registry.Catalog;

/// <summary>One published version, as the registry knows it.</summary>
/// <param name="Slug">As the first publisher spelled it.</param>
/// <param name="Version">SemVer 2.0.0.</param>
/// <param name="Digest">SHA-256 of the package, hexadecimal.</param>
/// <param name="Size">Bytes of the package.</param>
/// <param name="UnpackedSize">Bytes of its files.</param>
/// <param name="FileCount">Number of its files.</param>
/// <param name="Manifest">The validated manifest.</param>
/// <param name="TrustLevel">The trust decision in force.</param>
/// <param name="PublishedBy">A user id.</param>
/// <param name="PublishedAt">When it became visible.</param>
/// <param name="YankedAt">Since when it is not offered any more.</param>
/// <param name="YankReason">Why.</param>
public sealed record VersionRecord(
    string Slug,
    string Version,
    string Digest,
    long Size,
    long UnpackedSize,
    int FileCount,
    PluginManifest Manifest,
    string TrustLevel,
    string PublishedBy,
    DateTimeOffset PublishedAt,
    DateTimeOffset? YankedAt,
    string? YankReason);

/// <summary>One plugin with its versions, newest first (SemVer precedence).</summary>
public sealed record PluginRecord(string Slug, string OwnerId, string TrustLevel, DateTimeOffset CreatedAt, IReadOnlyList<VersionRecord> Versions)
{
    /// <summary>The newest version that is stable and not yanked; the newest not yanked one when none is stable; otherwise none.</summary>
    public VersionRecord? Newest =>
        Versions.FirstOrDefault(v => v.YankedAt is null && !v.Manifest.Version.IsPrerelease) ?? Versions.FirstOrDefault(v => v.YankedAt is null);
}
