using Berth.Packaging.Versioning;

namespace Berth.Packaging.Compatibility;

/// <summary>Which part of a version number goes up.</summary>
public enum VersionStep
{
    /// <summary>None: the same number, or an older one.</summary>
    None,

    /// <summary>The third, or only the prerelease.</summary>
    Patch,

    /// <summary>The second.</summary>
    Minor,

    /// <summary>The first.</summary>
    Major,
}

/// <summary>Works out steps.</summary>
internal static class VersionSteps
{
    public static VersionStep Between(SemanticVersion from, SemanticVersion to) =>
        to.CompareTo(from) <= 0 ? VersionStep.None
        : to.Major != from.Major ? VersionStep.Major
        : to.Minor != from.Minor ? VersionStep.Minor
        : VersionStep.Patch;

    /// <summary>Below 0.1.0 every number may break, below 1.0.0 the second does.</summary>
    public static VersionStep ForBreaking(SemanticVersion from) =>
        !from.Major.IsZero ? VersionStep.Major : !from.Minor.IsZero ? VersionStep.Minor : VersionStep.Patch;
}
