namespace Berth.Packaging.Scanning.Dependencies;

/// <summary>An advisory, as much of the OSV format (schema 1.6) as a verdict needs.</summary>
/// <param name="Id">Its id: <c>GHSA-…</c>, <c>CVE-…</c>, <c>MAL-…</c>.</param>
/// <param name="Modified">When it changed last.</param>
/// <param name="Withdrawn">When it was withdrawn, if it was.</param>
/// <param name="Summary">One line.</param>
/// <param name="Severity">How bad it is: from CVSS 3 where given, else from the source's own word, else medium.</param>
/// <param name="Affected">Packages of npm and NuGet that it names; others are left out.</param>
public sealed record OsvAdvisory(string Id, DateTimeOffset Modified, DateTimeOffset? Withdrawn, string? Summary, Severity Severity, IReadOnlyList<OsvAffected> Affected)
{
    /// <summary>Whether the package itself is the attack.</summary>
    public bool IsMalicious => Id.StartsWith("MAL-", StringComparison.Ordinal);
}

/// <summary>A package that an advisory names.</summary>
/// <param name="Ecosystem"><c>npm</c> or <c>NuGet</c>.</param>
/// <param name="Name">Its name; of NuGet in lower case.</param>
/// <param name="Ranges">Ranges of versions.</param>
/// <param name="Versions">Versions named one by one.</param>
public sealed record OsvAffected(string Ecosystem, string Name, IReadOnlyList<IReadOnlyList<OsvEvent>> Ranges, IReadOnlyCollection<string> Versions)
{
    /// <summary>Whether it names this version.</summary>
    public bool Covers(PackageDependency dependency)
    {
        if (Ecosystem != dependency.Ecosystem || Name != dependency.Name)
            return false;
        if (Versions.Contains(dependency.Version, StringComparer.OrdinalIgnoreCase))
            return true;
        // What cannot be read as a number is taken for affected when a range covers everything, and otherwise not.
        return OsvVersion.TryParse(dependency.Version, out var version) ? Ranges.Any(range => IsIn(range, version)) : Ranges.Any(range => range is [{ Kind: OsvEventKind.Introduced, Version: "0" }]);
    }

    // The algorithm of the OSV schema: the events in order, the last one that is not above the version decides.
    private static bool IsIn(IReadOnlyList<OsvEvent> range, OsvVersion version)
    {
        var affected = false;
        foreach (var (bound, kind) in range.Select(item => (Bound: Parse(item.Version), item.Kind)).OrderBy(item => item.Bound).ThenBy(item => item.Kind))
        {
            var order = version.CompareTo(bound);
            if (kind == OsvEventKind.Introduced && order >= 0)
                affected = true;
            else if ((kind == OsvEventKind.Fixed && order >= 0) || (kind == OsvEventKind.LastAffected && order > 0))
                affected = false;
        }

        return affected;
    }

    private static OsvVersion Parse(string text) => OsvVersion.TryParse(text, out var version) ? version : OsvVersion.Zero;
}

/// <summary>A bound of a range.</summary>
/// <param name="Kind">What happens there.</param>
/// <param name="Version">The version; <c>0</c> for the beginning.</param>
public sealed record OsvEvent(OsvEventKind Kind, string Version);

/// <summary>What happens at a bound.</summary>
public enum OsvEventKind
{
    /// <summary>The first affected version.</summary>
    Introduced,

    /// <summary>The first version that is not affected any more.</summary>
    Fixed,

    /// <summary>The last affected version.</summary>
    LastAffected,
}
