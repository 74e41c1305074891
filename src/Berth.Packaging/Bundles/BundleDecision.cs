using System.Text.Json.Serialization;

namespace Berth.Packaging.Bundles;

/// <summary>What the source says of a version that is not in the bundle, while others of its plugin are.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version.</param>
/// <param name="Digest">SHA-256 of its package, hexadecimal: another registry's version of that name may be another one.</param>
/// <param name="YankedAt">Unix milliseconds, if it is yanked.</param>
/// <param name="YankReason">Why.</param>
public sealed record BundleDecision(string Slug, string Version, string Digest, long? YankedAt, string? YankReason)
{
    /// <summary>What its publisher says against using it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BundleDeprecation? Deprecation { get; init; }

    /// <summary>The same of a version that is in the bundle.</summary>
    public static BundleDecision Of(BundleVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return new BundleDecision(version.Slug, version.Version, version.Digest, version.YankedAt, version.YankReason) { Deprecation = version.Deprecation };
    }
}
