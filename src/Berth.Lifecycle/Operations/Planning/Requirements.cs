using Berth.Host;
using Berth.Host.Isolation;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Trust;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>Whether a version may be put in force for a user: all reasons why not, at once.</summary>
internal sealed class Requirements(SharedStore store, HostOptions host, LifecycleOptions options, RegistryTrust trust, IPlacementRules rules, IIsolationLevels levels)
{
    private readonly SemanticVersion _hostVersion = SemanticVersion.Parse(options.HostVersion);

    /// <summary>All reasons why not; empty when nothing is in the way.</summary>
    /// <param name="candidate">The version.</param>
    /// <param name="installed">What the user has.</param>
    /// <param name="grant">What the user grants with this request.</param>
    public IReadOnlyList<RefusalReason> Check(Candidate candidate, UserInstallations installed, IReadOnlyList<string> grant)
    {
        List<RefusalReason>? reasons = null;
        var others = installed.Plugins;
        Engine(candidate, ref reasons);
        Placement(candidate, ref reasons);
        Dependencies(candidate.Slug, candidate.Version, candidate.Manifest, installed, ref reasons);
        Conflicts(candidate, others, ref reasons);
        Dependents(candidate, others, ref reasons);
        Grants(candidate, grant, ref reasons);
        return reasons ?? (IReadOnlyList<RefusalReason>)[];
    }

    /// <summary>Why the version itself cannot be put in force here, whatever else is installed: the host's version, its placement.</summary>
    public IReadOnlyList<RefusalReason> FaultsOf(Candidate candidate)
    {
        List<RefusalReason>? reasons = null;
        Engine(candidate, ref reasons);
        Placement(candidate, ref reasons);
        return reasons ?? (IReadOnlyList<RefusalReason>)[];
    }

    /// <summary>Why what the user grants cannot be granted.</summary>
    public IReadOnlyList<RefusalReason> GrantFaultsOf(Candidate candidate, IReadOnlyList<string> grant)
    {
        List<RefusalReason>? reasons = null;
        Grants(candidate, grant, ref reasons);
        return reasons ?? (IReadOnlyList<RefusalReason>)[];
    }

    /// <summary>Whether the version's trust level lets a capability be granted.</summary>
    public bool Permits(Candidate candidate, string capability) => trust.Permits(candidate.Slug, candidate.TrustLevel, capability);

    /// <summary>Enabled installations that need a plugin of the user, directly or through others: each before those it needs itself.</summary>
    public IReadOnlyList<InstalledPlugin> AllDependentsOf(string slug, UserInstallations installed)
    {
        List<InstalledPlugin> found = [];
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { slug };
        Visit(slug);
        return found;

        void Visit(string of)
        {
            foreach (var dependent in DependentsOf(of, installed).Where(one => seen.Add(one.Slug)))
            {
                Visit(dependent.Slug);
                found.Add(dependent);
            }
        }
    }

    /// <summary>Enabled installations that need a plugin of the user.</summary>
    public IReadOnlyList<InstalledPlugin> DependentsOf(string slug, UserInstallations installed) =>
        [.. installed.Plugins.Where(one => one.Enabled && !IsSlug(one.Slug, slug) && RangeFor(ManifestOf(one)?.Dependencies, slug) is not null)];

    /// <summary>Whether a plugin's dependencies are there.</summary>
    public static void Dependencies(
        string slug, SemanticVersion version, PluginManifest manifest, UserInstallations installed, ref List<RefusalReason>? reasons)
    {
        foreach (var (needed, range) in manifest.Dependencies)
        {
            if (!installed.TryFind(needed, out var dependency))
                Add(ref reasons, "dependency.missing", $"{slug} {version} needs {needed} {range}, which is not installed. Install {needed} first.");
            else if (!Contains(range, dependency.Version))
                Add(ref reasons, "dependency.version", $"{slug} {version} needs {needed} {range}, but {dependency.Version} is installed. Update {needed} first.");
            else if (!dependency.Enabled)
                Add(ref reasons, "dependency.disabled", $"{slug} {version} needs {needed}, which is switched off. Enable {needed} first.");
        }
    }

    private void Engine(Candidate candidate, ref List<RefusalReason>? reasons)
    {
        if (candidate.Manifest.Engine is { } engine && !engine.Contains(_hostVersion, includePrerelease: true))
            Add(ref reasons, "engine.unsupported", $"{candidate.Slug} {candidate.Version} runs on Berth {engine}, and this is {_hostVersion}. Choose another version of the plugin.");
    }

    /// <summary>Quarantine stops everything; isolation matters only where the plugin brings code for this side.</summary>
    private void Placement(Candidate candidate, ref List<RefusalReason>? reasons)
    {
        if (PlacementPolicy.Decide(candidate.Manifest, candidate.TrustLevel, host, rules.Of(candidate.Slug, candidate.TrustLevel)) is PlacementOutcome.Refused refused
            && (candidate.Manifest.Module is not null || string.Equals(refused.Code, "plugin.quarantined", StringComparison.Ordinal)))
        {
            Add(ref reasons, refused.Code, refused.Reason);
        }
        else if (candidate.Manifest.Module is not null
            && PlacementPolicy.Decide(candidate.Manifest, candidate.TrustLevel, host, rules.Of(candidate.Slug, candidate.TrustLevel)) is PlacementOutcome.Placed placed
            && levels.Refusal($"{candidate.Slug} {candidate.Version}", placed.Isolation) is { } missing)
        {
            Add(ref reasons, "isolation.unavailable", missing);
        }
        else if (trust.StopOf(candidate) is { } stop)
        {
            Add(ref reasons, "plugin.quarantined", $"{candidate.Slug} {candidate.Version} is quarantined by the registry: {stop} It can be installed again when the registry lifts that.");
        }
    }

    /// <summary>What was granted, as far as the other version declares it and its trust permits it.</summary>
    public IReadOnlyList<string> StillGranted(InstalledPlugin from, Candidate to) =>
        [.. from.Granted.Where(name => to.Manifest.Security.Capabilities.Contains(name, StringComparer.Ordinal) && Permits(to, name))];

    private void Conflicts(Candidate candidate, IReadOnlyList<InstalledPlugin> others, ref List<RefusalReason>? reasons)
    {
        foreach (var other in others)
        {
            if (IsSlug(other.Slug, candidate.Slug))
                continue;
            if (RangeFor(candidate.Manifest.Conflicts, other.Slug) is { } mine && Contains(mine, other.Version))
                Add(ref reasons, "conflict.installed", $"{candidate.Slug} {candidate.Version} cannot be installed beside {other.Slug} {mine}, and {other.Version} is installed. Uninstall {other.Slug} first.");
            if (RangeFor(ManifestOf(other)?.Conflicts, candidate.Slug) is { } theirs && theirs.Contains(candidate.Version, includePrerelease: true))
                Add(ref reasons, "conflict.installed", $"{other.Slug} {other.Version}, which is installed, cannot be beside {candidate.Slug} {theirs}. Uninstall {other.Slug} first.");
        }
    }

    private void Dependents(Candidate candidate, IReadOnlyList<InstalledPlugin> others, ref List<RefusalReason>? reasons)
    {
        foreach (var other in others)
        {
            if (other.Enabled && !IsSlug(other.Slug, candidate.Slug)
                && RangeFor(ManifestOf(other)?.Dependencies, candidate.Slug) is { } range
                && !range.Contains(candidate.Version, includePrerelease: true))
            {
                Add(ref reasons, "plugin.required", $"{other.Slug} {other.Version} needs {candidate.Slug} {range}, which {candidate.Version} is not. Update or disable {other.Slug} first.");
            }
        }
    }

    private void Grants(Candidate candidate, IReadOnlyList<string> grant, ref List<RefusalReason>? reasons)
    {
        foreach (var capability in grant)
        {
            if (!candidate.Manifest.Security.Capabilities.Contains(capability, StringComparer.Ordinal))
                Add(ref reasons, "capability.not_declared", $"{candidate.Slug} {candidate.Version} does not declare the capability '{capability}', so it cannot be granted.");
            else if (!Permits(candidate, capability))
                Add(ref reasons, "capability.not_permitted", $"The trust level '{candidate.TrustLevel}' of {candidate.Slug} does not permit the capability '{capability}'. Grant the others alone (`--grant CAPABILITY` for each, `--grant none` for none), or ask an administrator to review the plugin's trust.");
        }
    }

    private PluginManifest? ManifestOf(InstalledPlugin plugin) => store.Find(plugin.Slug, plugin.Version)?.Manifest;

    private static VersionRange? RangeFor(IReadOnlyDictionary<string, VersionRange>? ranges, string slug)
    {
        if (ranges is null || ranges.Count == 0)
            return null;
        foreach (var (name, range) in ranges)
        {
            if (IsSlug(name, slug))
                return range;
        }

        return null;
    }

    private static bool Contains(VersionRange range, string version) => range.Contains(SemanticVersion.Parse(version), includePrerelease: true);

    private static bool IsSlug(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static void Add(ref List<RefusalReason>? reasons, string code, string message) => (reasons ??= []).Add(new RefusalReason(code, message));
}
