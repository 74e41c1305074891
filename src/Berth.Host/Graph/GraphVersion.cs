using Berth.Host.Isolation;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Host.Graph;

/// <summary>One version as the graph sees it: what it asks of others, and whether it may run at all.</summary>
internal sealed class GraphVersion(PluginVersionId id, SemanticVersion version)
{
    private static readonly IReadOnlyDictionary<string, VersionRange> Nothing = new Dictionary<string, VersionRange>();

    public PluginVersionId Id { get; } = id;

    /// <summary>The number that ranges mean; the id may carry a label beside it.</summary>
    public SemanticVersion Version { get; } = version;

    /// <summary>What it cannot run without.</summary>
    public IReadOnlyDictionary<string, VersionRange> Needs { get; init; } = Nothing;

    /// <summary>What it uses when it is there.</summary>
    public IReadOnlyDictionary<string, VersionRange> Uses { get; init; } = Nothing;

    /// <summary>What it cannot be loaded for together.</summary>
    public IReadOnlyDictionary<string, VersionRange> Conflicts { get; init; } = Nothing;

    public int LoadOrder { get; init; } = 100;

    public bool IsCritical { get; init; }

    /// <summary>Without server-side code there is nothing to load; it still has to be there for who needs it.</summary>
    public bool HasCode { get; init; } = true;

    /// <summary>A package that one user keeps for themselves is never what somebody else's plugin runs with.</summary>
    public bool IsPrivate { get; init; }

    public string Isolation { get; init; } = PlacementPolicy.None;

    /// <summary>Why this host does not run it, whatever else is there.</summary>
    public GraphReason? Fault { get; init; }

    public static GraphVersion Of(PluginVersionFiles files, HostOptions options, IPlacementRules rules)
    {
        var manifest = files.Manifest;
        var placement = PlacementPolicy.Decide(manifest, files.TrustLevel, options, rules.Of(files.Id.Slug, files.TrustLevel));
        var hasCode = manifest.Module is not null;
        return new GraphVersion(files.Id, manifest.Version)
        {
            Needs = manifest.Dependencies,
            Uses = UsesOf(manifest),
            Conflicts = manifest.Conflicts,
            LoadOrder = manifest.LoadOrder,
            IsCritical = manifest.Critical && options.CriticalTrustLevels.Contains(files.TrustLevel),
            HasCode = hasCode,
            IsPrivate = files.IsPrivate,
            Isolation = placement is PlacementOutcome.Placed placed ? placed.Isolation : PlacementPolicy.None,
            Fault = placement is PlacementOutcome.Refused refused && (hasCode || string.Equals(refused.Code, "plugin.quarantined", StringComparison.Ordinal))
                ? new GraphReason(refused.Code, refused.Reason)
                : null,
        };
    }

    public override string ToString() => Id.ToString();

    /// <summary>Optional dependencies, and providers of services and guards that are not among the dependencies: they come first when they are there.</summary>
    private static Dictionary<string, VersionRange> UsesOf(PluginManifest manifest)
    {
        var uses = new Dictionary<string, VersionRange>(manifest.OptionalDependencies, StringComparer.OrdinalIgnoreCase);
        foreach (var consumed in manifest.Module?.Consumes ?? [])
            Add(consumed.From);
        foreach (var guard in manifest.Module?.Guards ?? [])
            Add(guard.Source);
        return uses;

        // A service's range is about the service's version, so any version of the plugin may be the one that has it.
        void Add(string? slug)
        {
            if (slug is not null && !manifest.Dependencies.ContainsKey(slug) && !string.Equals(slug, manifest.Name, StringComparison.OrdinalIgnoreCase))
                uses.TryAdd(slug, VersionRange.Any);
        }
    }
}
