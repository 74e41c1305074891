using Berth.Packaging.Archive;
using Berth.Packaging.Scanning.Dependencies;
using Berth.Packaging.Scanning.Indicators;
using Berth.Packaging.Scanning.Names;

namespace Berth.Packaging.Scanning;

/// <summary>What a scan goes by besides the rules that are built in.</summary>
public sealed record ScanRules
{
    /// <summary>The built-in rules alone: no advisories, no popular names.</summary>
    public static ScanRules BuiltIn { get; } = new();

    /// <summary>
    /// Finds the advisories about what a package brings along; <see langword="null"/>, or an answer of <see langword="null"/>,
    /// when there is no database of advisories: then a package with dependencies is not called clean.
    /// </summary>
    public Func<IReadOnlyList<PackageDependency>, CancellationToken, Task<Advisories?>>? FindAdvisories { get; init; }

    /// <summary>Plugins that somebody could want to be taken for; those of the same publisher left out.</summary>
    public IReadOnlyList<PopularPlugin> Popular { get; init; } = [];

    /// <summary>Slugs that nobody may have.</summary>
    public IReadOnlyCollection<string> ReservedNames { get; init; } = [];

    /// <summary>The registry's own indicators, looked for in every file.</summary>
    public IReadOnlyList<Indicator> Indicators { get; init; } = [];

    /// <summary>Bounds of the scan.</summary>
    public ScanLimits Limits { get; init; } = ScanLimits.Default;

    /// <summary>Bounds of packages, as the registry has them.</summary>
    public PackageLimits PackageLimits { get; init; } = PackageLimits.Default;

    /// <summary>What was found in files before; <see langword="null"/> to look at every file again.</summary>
    public ScanCache? Cache { get; init; }
}
