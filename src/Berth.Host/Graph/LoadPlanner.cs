using Berth.Packaging.Dependencies;

namespace Berth.Host.Graph;

/// <summary>
/// From what is wanted and what there is to a plan: what can run → which versions → nothing that excludes itself → in
/// order, by level → reasons for the rest. Pure: no files, no clock, no chance.
/// </summary>
internal static class LoadPlanner
{
    public static LoadPlan Plan(IEnumerable<PluginVersionId> wanted, VersionCatalogue catalogue)
    {
        var ids = wanted.ToHashSet();
        var known = catalogue.All.Where(version => ids.Contains(version.Id)).ToList();
        var excluded = new Dictionary<GraphVersion, GraphReason>();
        Usability usable;
        OptionalUses uses;
        do
        {
            usable = Usability.Of(catalogue, excluded);
            uses = OptionalUses.Of(catalogue, usable, [.. known.Where(usable.Contains)]);
        }
        while (ConflictRule.Exclude(uses.Selection, excluded));

        var start = InOrder(uses, ids);
        var diagnosis = new Diagnosis(catalogue, usable, excluded);
        List<GraphVersion> refused = [.. known.Where(version => !usable.Contains(version))];
        return new LoadPlan
        {
            Start = start,
            Levels = [.. start.GroupBy(load => load.Level).OrderBy(level => level.Key).Select(level => level.ToList())],
            Refused = [.. refused.Select(diagnosis.Of), .. ids.Where(id => catalogue.Find(id) is null).OrderBy(id => id.ToString(), StringComparer.Ordinal).Select(Unknown)],
            Circles = diagnosis.CirclesAmong(refused),
            Skipped = uses.Skipped,
        };
    }

    private static List<PlannedLoad> InOrder(OptionalUses uses, HashSet<PluginVersionId> wanted)
    {
        var selection = uses.Selection;
        var loads = new Dictionary<GraphVersion, PlannedLoad>();
        var order = DependencyOrder.Of([.. selection.Live], version => selection.NeedsOf(version).Concat(uses.UsedBy(version)), GraphOrder.Instance);
        foreach (var version in order)
            loads[version] = Planned(version, [.. selection.NeedsOf(version).Select(need => loads[need])], [.. uses.UsedBy(version).Select(use => loads[use])], wanted.Contains(version.Id));
        return [.. order.Select(version => loads[version]).Where(load => load.HasCode)];
    }

    /// <summary>What has no code is not loaded: whoever needs it waits for what it needs itself.</summary>
    private static PlannedLoad Planned(GraphVersion version, IReadOnlyList<PlannedLoad> needed, IReadOnlyList<PlannedLoad> used, bool isWanted)
    {
        List<PluginVersionId> needs = [.. needed.SelectMany(load => load.HasCode ? [load.Id] : load.Needs).Distinct()];
        List<PluginVersionId> uses = [.. needed.Where(load => !load.HasCode).SelectMany(load => load.Uses)
            .Concat(used.SelectMany(load => load.HasCode ? [load.Id] : load.Needs.Concat(load.Uses))).Distinct().Except(needs)];
        var level = needed.Concat(used).Select(load => load.HasCode ? load.Level + 1 : load.Level).DefaultIfEmpty(0).Max();
        return new PlannedLoad(version.Id, level, needs, uses)
        {
            HasCode = version.HasCode,
            IsWanted = isWanted,
            IsCritical = version.IsCritical,
            Isolation = version.Isolation,
        };
    }

    private static LoadRefusal Unknown(PluginVersionId id) =>
        new(id, [new GraphReason("plugin.not_found", $"{id} is not in the store of this host. Install it again, or repair the installation.")]);
}
