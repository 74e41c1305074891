using System.Collections.Concurrent;
using Berth.Host.Hooks;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Pipeline;
using Berth.Host.States;
using Microsoft.Extensions.Logging;

namespace Berth.Host;

/// <summary>The slots of all versions. A lease on what runs takes no lock.</summary>
internal sealed class InstancePool(InstancePipeline pipeline, InstanceTeardown teardown, StartedInstances started, HookRunner hooks, HostOptions options, TimeProvider time, ILogger<VersionSlot> logger)
    : IInstancePool, IAsyncDisposable
{
    private readonly ConcurrentDictionary<PluginVersionId, VersionSlot> _slots = new();
    private readonly PoolCounts _counts = new();
    private volatile bool _isStopping;

    public PoolStatistics Statistics => _counts.ToStatistics(_slots.Values.Count(slot => slot.IsActive));

    public ValueTask<LeaseOutcome> LeaseAsync(PluginVersionId id, CancellationToken cancellationToken = default) =>
        !_isStopping && _slots.TryGetValue(id, out var slot) && slot.TryLease() is { } lease
            ? ValueTask.FromResult<LeaseOutcome>(new LeaseOutcome.Leased(lease))
            : LeaseColdAsync(id, cancellationToken);

    public IReadOnlyList<InstanceSnapshot> Snapshot() => [.. _slots.Values
        .Select(slot => slot.Snapshot())
        .OfType<InstanceSnapshot>()
        .OrderBy(instance => instance.Id.Slug, StringComparer.Ordinal)
        .ThenBy(instance => instance.Id.Version, StringComparer.Ordinal)];

    public Task<UnloadOutcome> UnloadAsync(PluginVersionId id, CancellationToken cancellationToken = default) =>
        _slots.TryGetValue(id, out var slot)
            ? slot.UnloadAsync().WaitAsync(cancellationToken)
            : Task.FromResult<UnloadOutcome>(new UnloadOutcome.NotLoaded());

    public async Task<int> RetireIdleAsync(CancellationToken cancellationToken = default)
    {
        var retiring = _slots.Values.Select(slot => slot.TryRetire()).OfType<Task<UnloadOutcome>>().ToList();
        await Task.WhenAll(retiring).WaitAsync(cancellationToken);
        return retiring.Count;
    }

    /// <summary>The instances that run now.</summary>
    public IEnumerable<RunningInstance> Running() => _slots.Values.Select(slot => slot.Running).OfType<RunningInstance>();

    public bool Release(PluginVersionId id) => _slots.TryGetValue(id, out var slot) && slot.Release();

    /// <summary>Refuses new leases and unloads everything.</summary>
    public async Task StopAsync()
    {
        _isStopping = true;
        await Task.WhenAll(_slots.Values.Select(slot => slot.UnloadAsync()));
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async ValueTask<LeaseOutcome> LeaseColdAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        while (!_isStopping)
        {
            var slot = _slots.GetOrAdd(id, CreateSlot);
            if (slot.TryLease() is { } lease)
                return new LeaseOutcome.Leased(lease);

            // Null: somebody brought it up, or took it away; either way it is asked again.
            if (await slot.EnsureAsync().WaitAsync(cancellationToken) is { } outcome)
                return outcome;
        }

        return new LeaseOutcome.Failed("host.stopping", $"{id} is not loaded: this host is stopping. Try another node, or again when it is back.", null);
    }

    private VersionSlot CreateSlot(PluginVersionId id) => new(id, pipeline, teardown, _counts, started, hooks, options, time, logger);
}
