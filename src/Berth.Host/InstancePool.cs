using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.States;

namespace Berth.Host;

/// <summary>The slots of all versions. A lease on what runs takes no lock.</summary>
internal sealed class InstancePool : IInstancePool, IAsyncDisposable
{
    private readonly ConcurrentDictionary<PluginVersionId, VersionSlot> _slots = new();
    private readonly SlotParts _parts;
    private volatile bool _isStopping;
    private volatile string? _safeMode;

    public InstancePool(SlotParts parts)
    {
        _parts = parts;
        if (parts.Options.SafeMode)
            EnterSafeMode("the host was started in safe mode");
    }

    public PoolStatistics Statistics => _parts.Pool.ToStatistics(_slots.Values.Count(slot => slot.IsActive));

    public bool IsSafeMode => _safeMode is not null;

    public ValueTask<LeaseOutcome> LeaseAsync(PluginVersionId id, CancellationToken cancellationToken = default) =>
        !_isStopping && _safeMode is null && _slots.TryGetValue(id, out var slot) && slot.TryLease() is { } lease
            ? ValueTask.FromResult<LeaseOutcome>(new LeaseOutcome.Leased(lease))
            : LeaseColdAsync(id, cancellationToken);

    public IReadOnlyList<InstanceSnapshot> Snapshot() => [.. _slots.Values
        .Select(slot => slot.Snapshot())
        .OfType<InstanceSnapshot>()
        .OrderBy(instance => instance.Id.Slug, StringComparer.Ordinal)
        .ThenBy(instance => instance.Id.Version, StringComparer.Ordinal)];

    public Task<UnloadOutcome> UnloadAsync(PluginVersionId id, CancellationToken cancellationToken = default) =>
        _slots.TryGetValue(id, out var slot)
            ? slot.UnloadAsync("asked").WaitAsync(cancellationToken)
            : Task.FromResult<UnloadOutcome>(new UnloadOutcome.NotLoaded());

    public async Task<ReloadOutcome> ReloadAsync(PluginVersionId id, CancellationToken cancellationToken = default) =>
        Refusal(id) is { } refused
            ? new ReloadOutcome.Failed(refused.Code, refused.Reason, IsOldKept: false)
            : await Slot(id).ReloadAsync().WaitAsync(cancellationToken);

    public async Task<int> RetireIdleAsync(CancellationToken cancellationToken = default)
    {
        var retiring = _slots.Values.Select(slot => slot.TryRetire(_parts.Options.IdleTimeout, "idle")).OfType<Task<UnloadOutcome>>().ToList();
        await Task.WhenAll(retiring).WaitAsync(cancellationToken);
        return retiring.Count;
    }

    /// <summary>
    /// Retires those without a lease that have been idle for longest, at most a quarter of them, before their time. Returns how many.
    /// </summary>
    public async Task<int> RetireUnderPressureAsync(CancellationToken cancellationToken)
    {
        var idle = _slots.Values.Select(slot => (slot, IdleFor: slot.IdleFor)).Where(each => each.IdleFor is not null).OrderByDescending(each => each.IdleFor).Select(each => each.slot).ToList();
        var retiring = idle.Take((idle.Count + 3) / 4).Select(slot => slot.TryRetire(TimeSpan.Zero, "pressure")).OfType<Task<UnloadOutcome>>().ToList();
        await Task.WhenAll(retiring).WaitAsync(cancellationToken);
        return retiring.Count;
    }

    public Task QuarantineAsync(PluginVersionId id, string reason, string? by = null, CancellationToken cancellationToken = default) =>
        Slot(id).QuarantineAsync(new Quarantine(reason, by)).WaitAsync(cancellationToken);

    /// <summary>The instances that take calls now.</summary>
    public IEnumerable<RunningInstance> Running() => _slots.Values.Select(slot => slot.Running).OfType<RunningInstance>();

    public bool Release(PluginVersionId id) => _slots.TryGetValue(id, out var slot) && slot.Release();

    public bool EndQuarantine(PluginVersionId id) => _slots.TryGetValue(id, out var slot) && slot.EndQuarantine();

    public async Task SetSafeModeAsync(bool isOn, string reason, CancellationToken cancellationToken = default)
    {
        if (!isOn)
        {
            _safeMode = null;
            _parts.Events.Raise(new SafeModeChanged(IsOn: false, reason));
            return;
        }

        EnterSafeMode(reason);
        await Task.WhenAll(_slots.Values.Select(slot => AfterDependantsAsync(slot, () => slot.UnloadAsync("safe mode")))).WaitAsync(cancellationToken);
    }

    /// <summary>The files of a version that runs, without a look at the store.</summary>
    public PluginVersionFiles? FilesOf(PluginVersionId id) => _slots.TryGetValue(id, out var slot) ? slot.Files : null;

    /// <summary>Refuses new leases and unloads everything.</summary>
    public async Task StopAsync()
    {
        _isStopping = true;
        await Task.WhenAll(_slots.Values.Select(slot => AfterDependantsAsync(slot, slot.StopAsync)));
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async ValueTask<LeaseOutcome> LeaseColdAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Refusal(id) is { } refused)
                return refused;
            var slot = Slot(id);
            if (slot.TryLease() is { } lease)
                return new LeaseOutcome.Leased(lease);

            // Null: somebody brought it up, or took it away; either way it is asked again.
            if (await slot.EnsureAsync().WaitAsync(cancellationToken) is { } outcome)
                return outcome;
        }
    }

    /// <summary>Those who need a version are stopped before it.</summary>
    private async Task AfterDependantsAsync(VersionSlot slot, Func<Task> stop)
    {
        try
        {
            await _parts.Holds.ReleasedAsync(slot.Id).WaitAsync(_parts.Options.DrainTime + _parts.Options.DrainTime, _parts.Time);
        }
        catch (TimeoutException)
        {
            // A dependant that does not end is no reason to keep everything else: it ends without what it needs.
        }

        await stop();
    }

    private void EnterSafeMode(string reason)
    {
        _safeMode = reason;
        _parts.Events.Raise(new SafeModeChanged(IsOn: true, reason));
    }

    private LeaseOutcome.Failed? Refusal(PluginVersionId id) =>
        _isStopping ? new LeaseOutcome.Failed("host.stopping", $"{id} is not loaded: this host is stopping. Try another node, or again when it is back.", null)
        : _safeMode is { } reason ? new LeaseOutcome.Failed("host.safe_mode", $"{id} is not loaded: this host runs without plugins, because {reason}. An administrator can end safe mode.", null)
        : null;

    private VersionSlot Slot(PluginVersionId id) => _slots.GetOrAdd(id, static (id, parts) => new VersionSlot(id, parts), _parts);
}
