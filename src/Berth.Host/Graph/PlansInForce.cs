using System.Collections.Concurrent;

namespace Berth.Host.Graph;

/// <summary>
/// The plans that are being carried out: a version that is loaded as part of one gets what the plan chose for it, so that
/// those who are loaded together share the version that fits them all.
/// </summary>
internal sealed class PlansInForce
{
    private readonly ConcurrentDictionary<PluginVersionId, PlannedLoad> _loads = new();

    public PlannedLoad? Find(PluginVersionId id) => _loads.GetValueOrDefault(id);

    /// <summary>Puts a plan in force until what is returned is disposed.</summary>
    public IDisposable Begin(LoadPlan plan)
    {
        foreach (var load in plan.Start)
            _loads[load.Id] = load;
        return new Force(_loads, plan);
    }

    private sealed class Force(ConcurrentDictionary<PluginVersionId, PlannedLoad> loads, LoadPlan plan) : IDisposable
    {
        public void Dispose()
        {
            // Only what is this plan's own: another one may have come on top of it.
            foreach (var load in plan.Start)
                loads.TryRemove(KeyValuePair.Create(load.Id, load));
        }
    }
}
