using Berth.Packaging.Versioning;

namespace Berth.Packaging.Compatibility;

/// <summary>All differences between two versions, and whether the version number tells them.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="From">The older version.</param>
/// <param name="To">The newer version.</param>
/// <param name="Changes">The worst first.</param>
public sealed record CompatibilityReport(string Slug, SemanticVersion From, SemanticVersion To, IReadOnlyList<CompatibilityChange> Changes)
{
    /// <summary>Whether nothing breaks.</summary>
    public bool IsCompatible => Changes.All(change => change.Severity != ChangeSeverity.Breaking);

    /// <summary>Which part of the number went up.</summary>
    public VersionStep Declares => VersionSteps.Between(From, To);

    /// <summary>Which part has to go up by SemVer 2.0.0: the first for what breaks, the second for what is new.</summary>
    public VersionStep Needs => !IsCompatible ? VersionSteps.ForBreaking(From) : Changes.Count > 0 ? VersionStep.Minor : VersionStep.Patch;

    /// <summary>
    /// Whether the number warns of what breaks. Prereleases promise nothing (SemVer 2.0.0, item 9), and before 1.0.0 the second
    /// number is enough, which is what ranges with a caret go by.
    /// </summary>
    public bool IsHonest => IsCompatible || To.IsPrerelease || Declares >= VersionSteps.ForBreaking(From);
}
