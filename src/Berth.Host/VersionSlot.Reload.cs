using System.Diagnostics;
using Berth.Events;
using Berth.Host.Pipeline;
using Berth.Host.States;

namespace Berth.Host;

/// <summary>How an instance is replaced without a gap: start the new one, switch the pointer, drain and unload the old one.</summary>
internal sealed partial class VersionSlot
{
    private readonly Dictionary<RunningInstance, Task> _replaced = [];
    private Task<ReloadOutcome>? _reloading;
    private bool _isStopped;

    /// <summary>
    /// Brings up a new instance from what the store has now, and lets it take the calls; the one before drains and is unloaded.
    /// Before: in any state. After: a new instance runs. After a failure: the instance before goes on as if nothing had happened.
    /// A version that failed is tried at once, whatever its back-off and crash budget say.
    /// </summary>
    public Task<ReloadOutcome> ReloadAsync()
    {
        lock (_gate)
            return _reloading is { IsCompleted: false } ? _reloading : _reloading = Task.Run(StartReloadAsync);
    }

    /// <summary>Unloads, and completes when instances that were replaced are out of the way, too.</summary>
    public async Task StopAsync()
    {
        lock (_gate)
            _isStopped = true;
        await UnloadAsync("stop");
        Task[] replaced;
        lock (_gate)
            replaced = [.. _replaced.Values];
        await Task.WhenAll(replaced);
    }

    private async Task<ReloadOutcome> StartReloadAsync()
    {
        _parts.Pipeline.Forget(_id);
        while (true)
        {
            Task? waiting = null;
            Task<LeaseOutcome?>? loading = null;
            RunningInstance? old = null;
            lock (_gate)
            {
                if (_quarantine is { } quarantine)
                    return Refused(quarantine.ToOutcome(_id), isOldKept: false);
                switch (_state.Current)
                {
                    case InstanceState.Leaked:
                        return Refused(Leaked(), isOldKept: false);
                    case InstanceState.Loaded or InstanceState.Degraded:
                        old = _running;
                        break;
                    case InstanceState.Loading:
                        waiting = _loading;
                        break;
                    case InstanceState.Draining or InstanceState.Unloading:
                        waiting = _unloading;
                        break;
                    case InstanceState.Failed when !_failure!.CleanUp.IsCompleted:
                        waiting = _failure.CleanUp;
                        break;
                    default:
                        _failure = null;
                        loading = StartLoad();
                        break;
                }
            }

            if (loading is not null)
                return await FirstAsync(loading);
            if (old is not null)
                return await ReplaceAsync(old);
            await waiting!;
        }
    }

    private static async Task<ReloadOutcome> FirstAsync(Task<LeaseOutcome?> loading)
    {
        var began = Stopwatch.GetTimestamp();
        return await loading switch
        {
            LeaseOutcome.NotFound missing => new ReloadOutcome.NotFound(missing.Reason),
            LeaseOutcome.Failed failed => Refused(failed, isOldKept: false),
            _ => new ReloadOutcome.Reloaded(Replaced: false, Stopwatch.GetElapsedTime(began)),
        };
    }

    private async Task<ReloadOutcome> ReplaceAsync(RunningInstance old)
    {
        var began = Stopwatch.GetTimestamp();
        var parts = new InstanceParts(_id) { HasLeaked = HasLeaked, HasHeldThread = _counts.HasHeldThread };
        var outcome = await _parts.Pipeline.RunAsync(parts, GivenUp);
        lock (_gate)
        {
            parts.IsStopped = _quarantine is not null;
            if (_quarantine is { } quarantine)
                outcome = outcome with { Fault = quarantine.ToFault(_id) };
            // The old one may have been unloaded meanwhile: then nobody wants a new one.
            if (outcome.Fault is null && ReferenceEquals(_running, old) && _state.IsRunning)
            {
                Switch(old, parts);
                var elapsed = Stopwatch.GetElapsedTime(began);
                _parts.Events.Raise(new InstanceReloaded(_id.Slug, _id.Version, elapsed.TotalMilliseconds), _id);
                return new ReloadOutcome.Reloaded(Replaced: true, elapsed);
            }
        }

        return await KeepOldAsync(parts, outcome.Stray, outcome.Fault ?? new StageFault("plugin.reload_overtaken", $"{_id} was unloaded while it was reloaded."));
    }

    // Replace first, drain after: whoever finds the old one closed asks again and gets the new one.
    private void Switch(RunningInstance old, InstanceParts parts)
    {
        _running = Run(parts);
        old.Close();
        if (_state.Current == InstanceState.Degraded)
            _state.Move(InstanceState.Loaded, "reload");
        if (parts is { HasHeldThread: true, PlacedBecause: { } because } && !string.Equals(_isolation ?? Isolation.PlacementPolicy.None, parts.Isolation, StringComparison.Ordinal))
            _parts.Events.Raise(new IsolationMoved(_id.Slug, _id.Version, _isolation ?? Isolation.PlacementPolicy.None, parts.Isolation, because), _id);
        _isolation = parts.Isolation;
        _parts.Pool.AddCreated();
        var leaving = Task.Run(() => RetireReplacedAsync(old));
        _replaced[old] = leaving;
        _ = leaving.ContinueWith(
            _ =>
            {
                lock (_gate)
                    _replaced.Remove(old);
            },
            TaskScheduler.Default);
    }

    private async Task RetireReplacedAsync(RunningInstance old)
    {
        var outcome = await _parts.Unload.RunAsync(old, static () => { }, _isStopped);
        lock (_gate)
            Retired(outcome, "reload");
    }

    private async Task<ReloadOutcome> KeepOldAsync(InstanceParts parts, Task stray, StageFault fault)
    {
        _counts.Note(fault.Whole);
        _parts.Events.Raise(new InstanceReloadFailed(_id.Slug, _id.Version, fault.Code, fault.Whole), _id);
        LogFailed(_parts.Logger, _id, fault.Code, fault.Whole);
        if (await _parts.Unload.CleanUpAsync(parts, stray, _isStopped) is UnloadOutcome.Leaked leaked)
        {
            lock (_gate)
                NoteLeak(leaked);
        }

        return fault.IsNotFound ? new ReloadOutcome.NotFound(fault.Reason) : new ReloadOutcome.Failed(fault.Code, fault.Reason, IsOldKept: _state.IsRunning);
    }

    private static ReloadOutcome.Failed Refused(LeaseOutcome.Failed refused, bool isOldKept) => new(refused.Code, refused.Reason, isOldKept);
}
