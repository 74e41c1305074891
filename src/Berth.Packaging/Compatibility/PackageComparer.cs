using Berth.Packaging.Archive;

namespace Berth.Packaging.Compatibility;

/// <summary>
/// Compares two versions of a plugin: manifest, settings, and the public API of the contract assemblies. Reads metadata only;
/// no code of a package runs, and none is loaded.
/// </summary>
public static class PackageComparer
{
    /// <summary>All differences.</summary>
    /// <param name="from">The older package's bytes; seekable, not disposed.</param>
    /// <param name="to">The newer package's bytes; seekable, not disposed.</param>
    /// <param name="limits">Bounds of packages.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    public static async Task<CompatibilityOutcome> CompareAsync(Stream from, Stream to, PackageLimits limits, CancellationToken cancellationToken = default)
    {
        var before = await PackageReader.ReadAsync(from, limits, cancellationToken);
        if (!before.IsAccepted)
            return new CompatibilityOutcome.Unreadable(IsFirst: true, before.Faults);
        var after = await PackageReader.ReadAsync(to, limits, cancellationToken);
        if (!after.IsAccepted)
            return new CompatibilityOutcome.Unreadable(IsFirst: false, after.Faults);
        if (!string.Equals(before.Package.Manifest.Name, after.Package.Manifest.Name, StringComparison.OrdinalIgnoreCase))
            return new CompatibilityOutcome.OtherPlugin(before.Package.Manifest.Name, after.Package.Manifest.Name);

        var changes = new List<CompatibilityChange>();
        ManifestComparer.Compare(before.Package.Manifest, after.Package.Manifest, changes);
        SettingsComparer.Compare(before.Package.Manifest.Config, after.Package.Manifest.Config, changes);
        await CompareContractsAsync((from, before.Package), (to, after.Package), limits, changes, cancellationToken);
        return new CompatibilityOutcome.Compared(new CompatibilityReport(
            after.Package.Manifest.Name, before.Package.Manifest.Version, after.Package.Manifest.Version,
            [.. changes.OrderByDescending(change => change.Severity).ThenBy(change => change.Code, StringComparer.Ordinal).ThenBy(change => change.Subject, StringComparer.Ordinal)]));
    }

    private static async Task CompareContractsAsync(
        (Stream Bytes, Package Package) from, (Stream Bytes, Package Package) to, PackageLimits limits, List<CompatibilityChange> changes, CancellationToken cancellationToken)
    {
        var after = Contracts(to.Package);
        foreach (var (name, path) in Contracts(from.Package))
        {
            if (!after.TryGetValue(name, out var now))
            {
                changes.Add(new(ChangeSeverity.Breaking, "api.contract_removed", name, $"The contract assembly {name} is not among the contracts any more."));
                continue;
            }

            var old = await SurfaceAsync(from.Bytes, path, limits, changes, cancellationToken);
            var young = await SurfaceAsync(to.Bytes, now, limits, changes, cancellationToken);
            if (old is not null && young is not null)
                SurfaceComparer.Compare(old, young, changes);
        }

        foreach (var name in after.Keys.Except(Contracts(from.Package).Keys, StringComparer.OrdinalIgnoreCase))
            changes.Add(new(ChangeSeverity.Info, "api.contract_added", name, $"The contract assembly {name} is new."));
    }

    private static async Task<ContractSurface?> SurfaceAsync(
        Stream package, string path, PackageLimits limits, List<CompatibilityChange> changes, CancellationToken cancellationToken)
    {
        if (await PackageReader.ReadFileAsync(package, path, limits, cancellationToken) is { } bytes && ContractSurface.TryRead(bytes) is { } surface)
            return surface;
        changes.Add(new(ChangeSeverity.Risky, "api.unreadable", path, $"{path} is no assembly that can be read, so its API was not compared."));
        return null;
    }

    private static Dictionary<string, string> Contracts(Package package) =>
        (package.Manifest.Module?.Contracts ?? []).DistinctBy(path => path[(path.LastIndexOf('/') + 1)..], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(path => path[(path.LastIndexOf('/') + 1)..], path => path, StringComparer.OrdinalIgnoreCase);
}

/// <summary>How a comparison ended.</summary>
public abstract record CompatibilityOutcome
{
    private CompatibilityOutcome()
    {
    }

    /// <summary>These are the differences.</summary>
    public sealed record Compared(CompatibilityReport Report) : CompatibilityOutcome;

    /// <summary>One of them is no acceptable package.</summary>
    /// <param name="IsFirst">Whether it is the older one.</param>
    /// <param name="Faults">All reasons.</param>
    public sealed record Unreadable(bool IsFirst, IReadOnlyList<PackageFault> Faults) : CompatibilityOutcome;

    /// <summary>They are not of one plugin.</summary>
    public sealed record OtherPlugin(string First, string Second) : CompatibilityOutcome;
}
