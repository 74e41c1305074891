using Berth.Host;
using Berth.Host.States;

namespace Berth.Lifecycle.Cleanup;

/// <summary>Unloads instances that nobody used for the idle time.</summary>
internal sealed class IdleInstances(IInstancePool pool, HostOptions options) : ICleanupStage
{
    public async Task RunAsync(CleanupRun run, CancellationToken cancellationToken)
    {
        var idle = pool.Snapshot().Where(instance => IsIdle(instance, run.Now)).ToList();
        if (!run.IsDryRun)
        {
            await pool.RetireIdleAsync(cancellationToken);
            var loaded = pool.Snapshot().Where(instance => instance.State == InstanceState.Loaded).Select(instance => instance.Id).ToHashSet();
            idle.RemoveAll(instance => loaded.Contains(instance.Id)); // a call came in between
        }

        foreach (var instance in idle)
            run.Add("manager", instance.Id.ToString(), 0, $"Nobody used the instance for {options.IdleTimeout}.");
    }

    private bool IsIdle(InstanceSnapshot instance, DateTimeOffset now) =>
        instance is { State: InstanceState.Loaded, Leases: 0 } && now - (instance.LastUsedAt ?? instance.LoadedAt) >= options.IdleTimeout;
}
