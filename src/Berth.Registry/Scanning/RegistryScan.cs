using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;
using Berth.Registry.Advisories;
using Berth.Registry.Publishing;

namespace Berth.Registry.Scanning;

/// <summary>Scans packages with the rules of this registry: its advisories, its popular plugins, its own indicators, and one cache for all.</summary>
internal sealed class RegistryScan(IDatabase database, IAdvisories advisories, PopularNames popular, PackageLimits limits) : IPackageScanner
{
    // Below the time of a stage, so that it is the scan that says which scanner did not come to an end.
    private static readonly ScanLimits Bounds = ScanLimits.Default with { MaxTime = TimeSpan.FromSeconds(45) };

    /// <summary>What was found in files before.</summary>
    public ScanCache Cache { get; } = new();

    /// <inheritdoc />
    public async Task<ScanReport> ScanAsync(Stream content, Package package, string publisherId, CancellationToken cancellationToken)
    {
        var rules = new ScanRules
        {
            FindAdvisories = advisories.FindAsync,
            Popular = await popular.OfOthersAsync(publisherId, cancellationToken),
            ReservedNames = ReservedSlugs.All,
            // Few, and not kept: what another node has just learned to look for must not slip in here.
            Indicators = await database.ReadAsync(IndicatorRows.AllAsync, cancellationToken),
            Limits = Bounds,
            PackageLimits = limits,
            Cache = Cache,
        };
        return await PackageScan.RunAsync(content, package, rules, cancellationToken);
    }
}
