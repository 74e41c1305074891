namespace Berth.Registry.Trust.InForce;

/// <summary>What is in force for a plugin at an instant.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Level">Its level; <c>quarantined</c> when all of it is.</param>
/// <param name="Decided">The level that was decided, whatever quarantines say.</param>
/// <param name="QuarantinedVersions">Versions that are quarantined although the plugin is not.</param>
/// <param name="ChangesAt">When time alone changes something of it, Unix milliseconds.</param>
internal sealed record TrustInForce(string Slug, string Level, string Decided, IReadOnlySet<string> QuarantinedVersions, long? ChangesAt)
{
    /// <summary>The level of one version.</summary>
    public string LevelOf(string version) => QuarantinedVersions.Contains(version) ? TrustLevels.Quarantined : Level;

    /// <summary>The same, as an instant.</summary>
    public DateTimeOffset? ChangesAtInstant => TrustText.At(ChangesAt);
}
