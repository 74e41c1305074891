using Berth.Host.Hooks;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Pipeline;
using Berth.Host.States;
using Microsoft.Extensions.Logging;

namespace Berth.Host;

/// <summary>
/// The one place of a version in the pool, for as long as the pool lives: at most one instance, and its state. Leases on a
/// running instance take no lock here; everything that changes the state does.
/// </summary>
internal sealed partial class VersionSlot(
    PluginVersionId id, InstancePipeline pipeline, InstanceTeardown teardown, PoolCounts pool, StartedInstances started, HookRunner hooks, HostOptions options, TimeProvider time, ILogger<VersionSlot> logger)
{
    private readonly Lock _gate = new();
    private readonly InstanceCounts _counts = new();
    private volatile RunningInstance? _running;
    private volatile InstanceState _state;
    private Task<LeaseOutcome?>? _loading;
    private Task<UnloadOutcome>? _unloading;
    private FailedLoad? _failure;
    private string _isolation = Isolation.PlacementPolicy.None;
    private IReadOnlyList<string> _leakRoots = [];

    public bool IsActive => _state is InstanceState.Loaded or InstanceState.Draining;

    public RunningInstance? Running => _running;

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
            switch (_state)
            {
                case InstanceState.Loaded:
                    return Task.FromResult<LeaseOutcome?>(null);
                case InstanceState.Loading:
                    return _loading!;
                case InstanceState.Draining or InstanceState.Unloading:
                    return AfterAsync(_unloading!);
                case InstanceState.Leaked:
                    return Task.FromResult<LeaseOutcome?>(new LeaseOutcome.Failed("plugin.leaked", LeakedReason(), null));
                case InstanceState.Failed when _failure!.IsWaiting(time):
                    return Task.FromResult<LeaseOutcome?>(_failure.ToOutcome(time));
                default:
                    Move(InstanceState.Loading);
                    return _loading = Task.Run(LoadAsync);
            }
        }
    }

    /// <summary>Drains and unloads, idle or not.</summary>
    public Task<UnloadOutcome> UnloadAsync()
    {
        lock (_gate)
        {
            switch (_state)
            {
                case InstanceState.Loading:
                    return AfterLoadAsync(_loading!);
                case InstanceState.Loaded:
                    _running!.Close();
                    return StartUnload(_running);
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

    /// <summary>Unloads when no lease was held for the idle time; <see langword="null"/> when that is not so.</summary>
    public Task<UnloadOutcome>? TryRetire()
    {
        lock (_gate)
        {
            // A lease may come and go between the two questions: then the version is loaded again sooner than it might
            // have been, and nobody's call fails.
            return _state == InstanceState.Loaded && _running!.IdleFor >= options.IdleTimeout && _running.TryCloseIdle()
                ? StartUnload(_running)
                : null;
        }
    }

    /// <summary>Forgets a failure or a leak, so that the next lease tries again. Returns whether there was one.</summary>
    public bool Release()
    {
        lock (_gate)
        {
            if (_state is not (InstanceState.Failed or InstanceState.Leaked) || _failure is { CleanUp.IsCompleted: false })
                return false;
            Move(InstanceState.Discovered);
            _failure = null;
            _leakRoots = [];
            return true;
        }
    }

    public InstanceSnapshot? Snapshot()
    {
        lock (_gate)
        {
            var running = _running;
            return _state == InstanceState.Discovered
                ? null
                : new InstanceSnapshot(
                    id, _state, _isolation, running?.Leases ?? 0, running?.LoadedAt,
                    running is null ? null : time.GetUtcNow() - running.IdleFor,
                    _counts.Calls, _counts.Failures, _counts.LastFailure, _leakRoots);
        }
    }

    private async Task<LeaseOutcome?> LoadAsync()
    {
        var parts = new InstanceParts(id);
        var outcome = await pipeline.RunAsync(parts);
        lock (_gate)
        {
            _isolation = parts.Isolation;
            if (outcome.Fault is null)
            {
                _running = new RunningInstance(parts, _counts, options, time);
                _failure = null;
                Move(InstanceState.Loaded);
                started.Add(_running);
                pool.AddCreated();
                LogLoaded(id, parts.Isolation);
                return null;
            }

            if (outcome.Fault.IsNotFound)
            {
                Move(InstanceState.Discovered);
                return new LeaseOutcome.NotFound(outcome.Fault.Reason);
            }

            _failure = FailedLoad.After(_failure, outcome.Fault, time, CleanUpAsync(parts, outcome.Stray));
            _counts.Note(outcome.Fault.Reason);
            Move(InstanceState.Failed);
            pool.AddFailed();
            LogFailed(id, outcome.Fault.Code, outcome.Fault.Reason);
            return _failure.ToOutcome(time);
        }
    }

    // What a failed load left behind goes the same way as what ran; nobody who asked for a lease waits for it.
    private Task<UnloadOutcome> CleanUpAsync(InstanceParts parts, Task stray) => parts.LoadContext is null && stray.IsCompleted
        ? Task.FromResult<UnloadOutcome>(new UnloadOutcome.Unloaded())
        : Task.Run(() => CleanUpLoadedAsync(parts, stray));

    private async Task<UnloadOutcome> CleanUpLoadedAsync(InstanceParts parts, Task stray)
    {
        try
        {
            await stray.WaitAsync(options.DrainTime, time);
        }
        catch (TimeoutException)
        {
            // It starts still; the teardown goes on around it and will find it alive.
        }

        var outcome = await teardown.RunAsync(parts, () => stray.IsCompleted ? [] : ["the start of the plugin, which still runs"]);
        if (outcome is UnloadOutcome.Leaked leaked)
        {
            lock (_gate)
                Leak(leaked);
        }

        return outcome;
    }

    private Task<UnloadOutcome> StartUnload(RunningInstance running)
    {
        Move(InstanceState.Draining);
        return _unloading = Task.Run(() => UnloadAsync(running));
    }

    private async Task<UnloadOutcome> UnloadAsync(RunningInstance running)
    {
        await hooks.BeforeUnloadAsync(running);
        await DrainAsync(running);
        lock (_gate)
            Move(InstanceState.Unloading);
        var outcome = await teardown.RunAsync(running.Parts, running.DescribeHolders);
        lock (_gate)
        {
            _running = null;
            pool.AddRetired();
            if (outcome is UnloadOutcome.Leaked leaked)
                Leak(leaked);
            else
                Move(InstanceState.Unloaded);
        }

        return outcome;
    }

    private async Task DrainAsync(RunningInstance running)
    {
        try
        {
            await running.Drained.WaitAsync(options.DrainTime, time);
        }
        catch (TimeoutException)
        {
            // The running calls' tokens are cancelled now; those that listen end within the same time again.
            LogDrain(id, running.Leases);
            _ = running.Parts.Context?.CancelAsync().ContinueWith(static task => task.Exception, TaskScheduler.Default);
            await Task.WhenAny(running.Drained, Task.Delay(options.DrainTime, time));
        }
    }

    private static async Task<LeaseOutcome?> AfterAsync(Task unloading)
    {
        await unloading;
        return null;
    }

    private async Task<UnloadOutcome> AfterLoadAsync(Task loading)
    {
        await loading;
        return await UnloadAsync();
    }

    private void Leak(UnloadOutcome.Leaked leaked)
    {
        Move(InstanceState.Leaked);
        _leakRoots = leaked.Roots;
        pool.AddLeaked();
        LogLeaked(id, string.Join("; ", leaked.Roots));
    }

    private string LeakedReason() =>
        $"{id} stayed in memory after it was unloaded ({string.Join("; ", _leakRoots)}), so it is not loaded into the host's own process again. An administrator can release it, or install a version that stops what it starts.";

    private void Move(InstanceState to) => _state = InstanceTransitions.Move(id, _state, to);

    [LoggerMessage(1001, LogLevel.Information, "{Plugin} runs at isolation level {Isolation}")]
    private partial void LogLoaded(PluginVersionId plugin, string isolation);

    [LoggerMessage(1002, LogLevel.Warning, "{Plugin} does not run ({Code}): {Reason}")]
    private partial void LogFailed(PluginVersionId plugin, string code, string reason);

    [LoggerMessage(1003, LogLevel.Warning, "{Plugin} is unloaded although {Leases} leases are held; its calls are cancelled now")]
    private partial void LogDrain(PluginVersionId plugin, int leases);

    [LoggerMessage(1004, LogLevel.Error, "{Plugin} is still in memory after its unload. Kept by: {Roots}")]
    private partial void LogLeaked(PluginVersionId plugin, string roots);
}
