using Berth.Host.Graph;
using Berth.Packaging.Versioning;

namespace Berth.Host.Tests.Graph;

/// <summary>A small store of versions without files. What one needs, uses or excludes is written <c>"B ^1, C *"</c>.</summary>
internal sealed class Universe
{
    private readonly List<GraphVersion> _versions = [];

    public IReadOnlyList<GraphVersion> Versions => _versions;

    public Universe Has(
        string slug, string version = "1.0.0", string needs = "", string uses = "", string excludes = "", int order = 100,
        string? fault = null, bool isPrivate = false, bool hasCode = true, bool isCritical = false)
    {
        var number = SemanticVersion.Parse(version);
        _versions.Add(new GraphVersion(new PluginVersionId(slug, version), number)
        {
            Needs = Ranges(needs),
            Uses = Ranges(uses),
            Conflicts = Ranges(excludes),
            LoadOrder = order,
            Fault = fault is null ? null : new GraphReason("plugin.quarantined", fault),
            IsPrivate = isPrivate,
            HasCode = hasCode,
            IsCritical = isCritical,
        });
        return this;
    }

    /// <summary>The plan for some versions, each written <c>"A 1.0.0"</c>, or a slug alone for its first version.</summary>
    public LoadPlan Plan(params string[] wanted) => Plan(_versions, wanted);

    public static LoadPlan Plan(IReadOnlyList<GraphVersion> versions, params string[] wanted) => LoadPlanner.Plan(wanted.Select(Id), new VersionCatalogue(versions));

    public static PluginVersionId Id(string text) => text.Split(' ') is [var slug, var version] ? new(slug, version) : new(text, "1.0.0");

    private static Dictionary<string, VersionRange> Ranges(string text) => text
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(one => one.Split(' ', 2)).ToDictionary(parts => parts[0], parts => VersionRange.Parse(parts.Length > 1 ? parts[1] : "*"), StringComparer.OrdinalIgnoreCase);
}

internal static class Plans
{
    /// <summary>The order of start, on one line.</summary>
    public static string Order(this LoadPlan plan) => string.Join(", ", plan.Start.Select(load => load.Id));

    public static string LevelsText(this LoadPlan plan) => string.Join(" | ", plan.Levels.Select(level => string.Join(", ", level.Select(load => load.Id.Slug))));

    public static PlannedLoad Of(this LoadPlan plan, string slug) => plan.Start.Single(load => load.Id.Slug == slug);

    public static LoadRefusal RefusalOf(this LoadPlan plan, string slug) => plan.Refused.Single(refusal => refusal.Id.Slug == slug);

    public static string Texts(this IEnumerable<PluginVersionId> ids) => string.Join(", ", ids);

    /// <summary>Whether it is wanted, or needed by something that is.</summary>
    public static bool IsNeeded(this PlannedLoad load, LoadPlan plan) => load.IsWanted || plan.Start.Any(other => other.Needs.Contains(load.Id) && other.IsNeeded(plan));
}
