using Berth.Packaging.Manifest;
using Berth.Registry.Keys;
using Berth.Registry.Publishing;
using Berth.Registry.Versions;

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
    string? YankReason)
{
    /// <summary>Its signatures, oldest first.</summary>
    public IReadOnlyList<PackageSignature> Signatures { get; init; } = [];

    /// <summary>What its publisher says against using it, if they do.</summary>
    public Deprecation? Deprecation { get; init; }

    /// <summary>One of <see cref="VersionState"/>; whatever comes out of the catalogue is visible.</summary>
    public string State { get; init; } = VersionState.Visible;

    /// <summary>What each stage said of it, without the evidence.</summary>
    public IReadOnlyList<StageRecord> Stages { get; init; } = [];

    /// <summary>The publication it comes from; <see langword="null"/> when it was published before there were any.</summary>
    public string? PublicationId { get; init; }
}

/// <summary>One plugin with its versions, newest first (SemVer precedence).</summary>
public sealed record PluginRecord(string Slug, string OwnerId, string TrustLevel, DateTimeOffset CreatedAt, IReadOnlyList<VersionRecord> Versions)
{
    /// <summary>Channels whose version somebody chose, with that version; the others follow the version numbers.</summary>
    public IReadOnlyDictionary<string, string> ChosenChannels { get; init; } = new Dictionary<string, string>();

    /// <summary>The publisher that owns it, when that is an organisation; otherwise it is the owner's own.</summary>
    public string? PublisherName { get; init; }

    /// <summary>
    /// What the channel <c>latest</c> gives: what was chosen for it or for <c>stable</c>, else the newest version that is stable and
    /// not yanked, else the newest not yanked one; otherwise none.
    /// </summary>
    public VersionRecord? Newest => ReleaseChannels.VersionOf(this, ReleaseChannels.Latest);

    /// <summary>When time alone changes a trust level in here; <see langword="null"/> for never.</summary>
    public DateTimeOffset? TrustChangesAt { get; init; }

    /// <summary>Whether every version was yanked. One that no channel gives at present is no yanked one.</summary>
    public bool IsYanked => Versions.All(version => version.YankedAt is not null);

    /// <summary>The version that stands for the plugin on its page and in lists: there is always one.</summary>
    public VersionRecord Shown => Newest ?? Versions.FirstOrDefault(version => version.YankedAt is null) ?? Versions[0];
}
