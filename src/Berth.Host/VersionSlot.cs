using Berth.Events;
using Berth.Host.States;
using Microsoft.Extensions.Logging;

namespace Berth.Host;

/// <summary>
/// The one place of a version in the pool, for as long as the pool lives: its state, and the instance that takes calls. Leases
/// on a running instance take no lock here; everything that changes the state does.
/// </summary>
internal sealed partial class VersionSlot
{
    private readonly Lock _gate = new();
    private readonly InstanceCounts _counts = new();
    private readonly PluginVersionId _id;
    private readonly SlotParts _parts;
    private readonly InstanceStateMachine _state;
    private volatile RunningInstance? _running;
    private Task<LeaseOutcome?>? _loading;
    private Task<UnloadOutcome>? _unloading;
    private FailedLoad? _failure;
    private string? _isolation;
    private IReadOnlyList<string> _leakRoots = [];

    public VersionSlot(PluginVersionId id, SlotParts parts)
    {
        _id = id;
        _parts = parts;
        _state = new InstanceStateMachine(id, parts.Events);
    }

    public PluginVersionId Id => _id;

    public bool IsActive => _state.IsRunning || _state.Current == InstanceState.Draining;

    /// <summary>The instance that takes calls, or took them until it began to drain.</summary>
    public RunningInstance? Running => _running;

    /// <summary>The files of the running instance.</summary>
    public PluginVersionFiles? Files => _running?.Parts.Files;

    /// <summary>A lease on the running instance, without a lock; <see langword="null"/> when there is none to be had.</summary>
    public InstanceLease? TryLease()
    {
        var running = _running;
        return running is not null && running.TryAcquire() ? new InstanceLease(running) : null;
    }

    /// <summary>
    /// Brings an instance up, or waits until whoever does so is done. <see langword="null"/>: ask <see cref="TryLease"/> again.
    /// </summary>
    public Task<LeaseOutcome?> EnsureAsync()
    {
        lock (_gate)
        {
            if (_quarantine is { } quarantine)
                return Task.FromResult<LeaseOutcome?>(quarantine.ToOutcome(_id));
            switch (_state.Current)
            {
                case InstanceState.Loaded or InstanceState.Degraded:
                    return Task.FromResult<LeaseOutcome?>(null);
                case InstanceState.Loading:
                    return _loading!;
                case InstanceState.Draining or InstanceState.Unloading:
                    return AfterAsync(_unloading!);
                case InstanceState.Leaked when HasLeaked && !_parts.Levels.Of(Isolation.IsolationLevels.Process).IsAvailable:
                    return Task.FromResult<LeaseOutcome?>(Leaked());
                case InstanceState.Failed when _failure!.IsWaiting(_parts.Time):
                    return Task.FromResult<LeaseOutcome?>(_failure.ToOutcome(_id, _parts.Time));
                default:
                    return StartLoad();
            }
        }
    }

    /// <summary>Drains and unloads, idle or not.</summary>
    public Task<UnloadOutcome> UnloadAsync(string reason)
    {
        lock (_gate)
        {
            switch (_state.Current)
            {
                case InstanceState.Loading:
                    return AfterLoadAsync(_loading!, reason);
                case InstanceState.Loaded or InstanceState.Degraded:
                    _running!.Close();
                    return StartUnload(_running, reason);
                case InstanceState.Draining or InstanceState.Unloading:
                    return _unloading!;
                case InstanceState.Leaked:
                    return Task.FromResult<UnloadOutcome>(new UnloadOutcome.Leaked(_leakRoots));
                case InstanceState.Failed when !_failure!.CleanUp.IsCompleted:
                    return _failure.CleanUp;
                default:
                    return Task.FromResult<UnloadOutcome>(new UnloadOutcome.NotLoaded());
            }
        }
    }

    /// <summary>How long no lease was held on what runs; <see langword="null"/> when one is held, others need it, or nothing runs.</summary>
    public TimeSpan? IdleFor => _running is { Leases: 0 } running && !_parts.Holds.IsHeld(_id) ? running.IdleFor : null;

    /// <summary>Unloads when no lease was held for that time and nobody who runs needs it; <see langword="null"/> when that is not so.</summary>
    public Task<UnloadOutcome>? TryRetire(TimeSpan idleFor, string reason)
    {
        lock (_gate)
        {
            // A lease may come and go between the two questions: then the version is loaded again sooner than it might
            // have been, and nobody's call fails.
            return _state.IsRunning && !_parts.Holds.IsHeld(_id) && _running!.IdleFor >= idleFor && _running.TryCloseIdle()
                ? StartUnload(_running, reason)
                : null;
        }
    }

    /// <summary>Forgets a failure or a leak, so that the next lease tries again, and closes the breaker of what runs. Returns whether there was one.</summary>
    public bool Release()
    {
        if (_running?.Breaker.Reset() == true)
            return true;
        lock (_gate)
        {
            if (_state.Current is not (InstanceState.Failed or InstanceState.Leaked) || _failure is { CleanUp.IsCompleted: false })
                return false;
            _state.Move(InstanceState.Discovered, "released");
            (_failure, _leakRoots) = (null, []);
            return true;
        }
    }

    /// <summary>Follows the circuit breaker of the instance that takes calls.</summary>
    public void SetDegraded(RunningInstance instance, bool isDegraded, string reason)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_running, instance) && _state.Current == (isDegraded ? InstanceState.Loaded : InstanceState.Degraded))
                _state.Move(isDegraded ? InstanceState.Degraded : InstanceState.Loaded, reason);
        }
    }

    private static async Task<LeaseOutcome?> AfterAsync(Task unloading)
    {
        await unloading;
        return null;
    }

    private async Task<UnloadOutcome> AfterLoadAsync(Task loading, string reason)
    {
        await loading;
        return await UnloadAsync(reason);
    }

    private Task<UnloadOutcome> StartUnload(RunningInstance running, string reason)
    {
        _state.Move(InstanceState.Draining, reason);
        _parts.Services.Withdrawn(_id, reason);
        return _unloading = Task.Run(() => UnloadAsync(running, reason));
    }

    private async Task<UnloadOutcome> UnloadAsync(RunningInstance running, string reason)
    {
        var outcome = await _parts.Unload.RunAsync(
            running,
            () =>
            {
                lock (_gate)
                    _state.Move(InstanceState.Unloading, reason);
            },
            _isStopped);
        lock (_gate)
        {
            _running = null;
            Retired(outcome, reason);

            // An instance before this one may have stayed: then the version has leaked, whatever became of this one.
            _state.Move(_leakRoots.Count > 0 ? InstanceState.Leaked : InstanceState.Unloaded, reason);
        }

        return outcome;
    }

    private void Retired(UnloadOutcome outcome, string reason)
    {
        _parts.Pool.AddRetired();
        _parts.Events.Raise(new InstanceRetired(_id.Slug, _id.Version, reason), _id);
        if (outcome is UnloadOutcome.Leaked leaked)
            NoteLeak(leaked);
    }

    private void NoteLeak(UnloadOutcome.Leaked leaked)
    {
        _leakRoots = leaked.Roots;
        _parts.Leaks.Add(_id, leaked.Roots);
        _parts.Pool.AddLeaked();
        _parts.Events.Raise(new InstanceLeaked(_id.Slug, _id.Version, leaked.Roots), _id);
        LogLeaked(_parts.Logger, _id, string.Join("; ", leaked.Roots));
    }

    // Whoever keeps the marks decides: one that was made elsewhere counts here, and so does its release.
    private bool HasLeaked => _parts.Leaks.Has(_id) ?? _leakRoots.Count > 0;

    private LeaseOutcome.Failed Leaked() => new(
        "plugin.leaked",
        $"{_id} stayed in memory after it was unloaded ({string.Join("; ", _leakRoots)}), so it is not loaded into the host's own process again. An administrator can release it, or install a version that stops what it starts.",
        null);

    [LoggerMessage(1004, LogLevel.Error, "{Plugin} is still in memory after its unload. Kept by: {Roots}")]
    private static partial void LogLeaked(ILogger logger, PluginVersionId plugin, string roots);
}
