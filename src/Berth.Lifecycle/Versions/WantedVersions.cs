using Berth.Data.Sessions;
using Berth.Host;
using Berth.Host.Graph.Loading;
using Berth.Lifecycle.DesiredStates;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Versions;

/// <summary>
/// What runs from the start: the versions that administrators want to run, and those in use whose manifests say that the host is
/// not to start without them, and may say so.
/// </summary>
internal sealed class WantedVersions(IDatabase database, SharedStore store, HostOptions host) : IWantedInstances
{
    public async ValueTask<IReadOnlyCollection<PluginVersionId>> AllAsync(CancellationToken cancellationToken)
    {
        // Reads the manifests of the whole store: not on the thread that starts the host.
        var critical = await Task.Run(() => store.Ids().Where(IsCritical).ToList(), cancellationToken);
        return await database.ReadAsync(
            async session =>
            {
                var wanted = (await DesiredStateRows.AllAsync(session)).Where(state => state.State == DesiredState.Wanted)
                    .Select(state => new PluginVersionId(state.Slug, state.Version)).Where(IsLoadable);
                return (IReadOnlyCollection<PluginVersionId>)[.. wanted.Union(await InUseAsync(session, critical))];
            },
            cancellationToken);
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

    // A version that is not there any more, or has no code, is wanted in vain and keeps nobody from starting.
    private bool IsLoadable(PluginVersionId id) => store.Find(id.Slug, id.Version) is { Manifest.Module: not null };

    private bool IsCritical(PluginVersionId id) =>
        store.Find(id.Slug, id.Version) is { Manifest: { Critical: true, Module: not null } } found && host.CriticalTrustLevels.Contains(found.TrustLevel);
}
