namespace Berth.Packaging.Versioning;

/// <summary>One comparison of a range.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Version">What is compared with.</param>
/// <param name="IsWritten">Whether the author wrote this version out. Only then may its prerelease let others of the same numbers in.</param>
internal sealed record VersionBound(VersionBoundKind Kind, SemanticVersion Version, bool IsWritten)
{
    public bool Admits(SemanticVersion version)
    {
        var order = version.CompareTo(Version);
        return Kind switch
        {
            VersionBoundKind.AtLeast => order >= 0,
            VersionBoundKind.Above => order > 0,
            VersionBoundKind.AtMost => order <= 0,
            VersionBoundKind.Below => order < 0,
            // Who names build metadata means that very package.
            _ => order == 0 && (Version.BuildMetadata.Length == 0 || Version.Equals(version)),
        };
    }

    public bool NamesPrereleaseOf(SemanticVersion version) => IsWritten && Version.IsPrerelease && Version.HasSameNumbers(version);
}

internal enum VersionBoundKind
{
    Exactly,
    AtLeast,
    Above,
    AtMost,
    Below,
}
