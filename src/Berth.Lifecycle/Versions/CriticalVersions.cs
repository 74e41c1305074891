using Berth.Data.Sessions;
using Berth.Host;
using Berth.Host.Graph.Loading;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Versions;

/// <summary>What runs from the start: the versions in use whose manifests say that the host is not to start without them, and may say so.</summary>
internal sealed class CriticalVersions(IDatabase database, SharedStore store, HostOptions host) : IWantedInstances
{
    public async ValueTask<IReadOnlyCollection<PluginVersionId>> AllAsync(CancellationToken cancellationToken)
    {
        // Reads the manifests of the whole store: not on the thread that starts the host.
        var critical = await Task.Run(() => store.Ids().Where(IsCritical).ToList(), cancellationToken);
        return critical.Count == 0 ? critical : await database.ReadAsync(session => InUseAsync(session, critical), cancellationToken);
    }

    private static async Task<IReadOnlyCollection<PluginVersionId>> InUseAsync(DbSession session, List<PluginVersionId> critical)
    {
        var used = new List<PluginVersionId>();
        foreach (var id in critical)
        {
            if (await VersionUseRows.FindAsync(session, id) is { Users: > 0 })
                used.Add(id);
        }

        return used;
    }

    private bool IsCritical(PluginVersionId id) =>
        store.Find(id.Slug, id.Version) is { Manifest: { Critical: true, Module: not null } } found && host.CriticalTrustLevels.Contains(found.TrustLevel);
}
