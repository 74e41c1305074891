namespace Berth.Packaging.Scanning.Dependencies;

/// <summary>Advisories to compare dependencies with.</summary>
public sealed class Advisories
{
    private readonly ILookup<(string Ecosystem, string Name), OsvAdvisory> _byPackage;

    /// <summary>Makes a snapshot; withdrawn advisories are left out.</summary>
    public Advisories(IEnumerable<OsvAdvisory> advisories) => _byPackage = advisories
        .Where(advisory => advisory.Withdrawn is null)
        .SelectMany(advisory => advisory.Affected.Select(affected => (Key: (affected.Ecosystem, affected.Name), advisory)).Distinct())
        .ToLookup(pair => pair.Key, pair => pair.advisory);

    /// <summary>Those that name this version.</summary>
    public IEnumerable<OsvAdvisory> Against(PackageDependency dependency) =>
        _byPackage[(dependency.Ecosystem, dependency.Name)].Where(advisory => advisory.Affected.Any(affected => affected.Covers(dependency))).DistinctBy(advisory => advisory.Id);
}
