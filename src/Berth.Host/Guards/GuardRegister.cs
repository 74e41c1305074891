using System.Collections.Concurrent;
using Berth.Packaging.Manifest;

namespace Berth.Host.Guards;

/// <summary>
/// Makes the guards of versions and remembers the counts of each over all its loads. A guard is known by its plugin's
/// version and its name: one of the same name in another plugin is another guard.
/// </summary>
internal sealed class GuardRegister : IGuardRegister
{
    private readonly ConcurrentDictionary<(PluginVersionId Plugin, string Guard), GuardCounts> _counts = new();
    private readonly ConcurrentDictionary<PluginVersionId, GuardSet> _sets = new();

    /// <summary>The guards of a version that is being loaded; from now on they are what <see cref="Snapshot"/> shows of it.</summary>
    public GuardSet Add(IPluginContext plugin, IEnumerable<GuardManifest> declared)
    {
        var id = new PluginVersionId(plugin.Slug, plugin.Version);
        var set = new GuardSet(plugin, [.. declared.Select(guard => new GuardSpec(guard, guard.Source ?? id.Slug, CountsOf(id, guard.Name)))]);
        return _sets[id] = set;
    }

    public IReadOnlyList<PluginGuards> Snapshot() => [.. _sets.Values
        .Where(set => set.All.Count > 0)
        .OrderBy(set => set.Id.Slug, StringComparer.Ordinal)
        .ThenBy(set => set.Id.Version, StringComparer.Ordinal)
        .Select(set => new PluginGuards(set.Id, [.. set.All.Select(guard => guard.Snapshot())]))];

    private GuardCounts CountsOf(PluginVersionId plugin, string guard) => _counts.GetOrAdd((plugin, guard), static _ => new GuardCounts());
}
