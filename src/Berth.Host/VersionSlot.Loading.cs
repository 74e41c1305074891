using System.Diagnostics;
using Berth.Events;
using Berth.Host.Pipeline;
using Berth.Host.States;
using Microsoft.Extensions.Logging;

namespace Berth.Host;

/// <summary>How an instance comes up, and what happens when it does not.</summary>
internal sealed partial class VersionSlot
{
    private Task<LeaseOutcome?> StartLoad()
    {
        _state.Move(InstanceState.Loading);
        return _loading = Task.Run(LoadAsync);
    }

    private async Task<LeaseOutcome?> LoadAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var parts = new InstanceParts(_id) { HasLeaked = HasLeaked, HasHeldThread = _counts.HasHeldThread };
        _parts.Events.Raise(new LoadingStarted(_id.Slug, _id.Version, (_failure?.Attempts ?? 0) + 1), _id);
        var outcome = await _parts.Pipeline.RunAsync(parts, GivenUp);
        lock (_gate)
        {
            parts.IsStopped = _quarantine is not null;
            if ((parts.HasLeaked || parts.HasHeldThread) && !string.Equals(_isolation ?? Isolation.PlacementPolicy.None, parts.Isolation, StringComparison.Ordinal))
                _parts.Events.Raise(new IsolationMoved(_id.Slug, _id.Version, _isolation ?? Isolation.PlacementPolicy.None, parts.Isolation, parts.PlacedBecause ?? "it stayed in memory after an unload"), _id);
            _isolation = parts.Isolation;
            var fault = _quarantine is { } quarantine ? quarantine.ToFault(_id) : outcome.Fault;
            if (fault is null)
            {
                _running = Run(parts);
                _failure = null;
                _state.Move(InstanceState.Loaded);
                _parts.Pool.AddCreated();
                _parts.Events.Raise(new LoadingCompleted(_id.Slug, _id.Version, parts.Isolation, Stopwatch.GetElapsedTime(began).TotalMilliseconds), _id);
                LogLoaded(_parts.Logger, _id, parts.Isolation);
                return null;
            }

            if (fault.IsNotFound)
            {
                _state.Move(InstanceState.Discovered, fault.Reason);
                _parts.Events.Raise(new PluginMissing(_id.Slug, _id.Version, fault.Reason), _id);
                return new LeaseOutcome.NotFound(fault.Reason);
            }

            return Fail(parts, fault, outcome);
        }
    }

    private LeaseOutcome.Failed Fail(InstanceParts parts, StageFault fault, PipelineOutcome outcome)
    {
        _failure = FailedLoad.After(_failure, fault, _parts.Options, _parts.Time, CleanUpAsync(parts, outcome.Stray));
        _counts.Note(fault.Whole);
        _state.Move(InstanceState.Failed, fault.Reason);
        _parts.Pool.AddFailed();
        _parts.Events.Raise(new LoadingFailed(_id.Slug, _id.Version, outcome.Phase, fault.Code, fault.Whole, _failure.Attempts, _failure.RetryAt), _id);
        if (_failure.IsSpent)
            _parts.Events.Raise(new InstanceCrashBudgetSpent(_id.Slug, _id.Version, _failure.Attempts, _parts.Options.CrashBudgetWindow.TotalSeconds), _id);
        LogFailed(_parts.Logger, _id, fault.Code, fault.Whole);
        return _failure.ToOutcome(_id, _parts.Time);
    }

    // What a failed load left behind goes the same way as what ran; nobody who asked for a lease waits for it.
    private Task<UnloadOutcome> CleanUpAsync(InstanceParts parts, Task stray)
    {
        if (parts.LoadContext is null && parts.Worker is null && stray.IsCompleted)
        {
            parts.Clear();
            return Task.FromResult<UnloadOutcome>(new UnloadOutcome.Unloaded());
        }

        return Task.Run(async () =>
        {
            var outcome = await _parts.Unload.CleanUpAsync(parts, stray, _isStopped);
            if (outcome is UnloadOutcome.Leaked leaked)
            {
                lock (_gate)
                {
                    NoteLeak(leaked);
                    if (_state.Current == InstanceState.Failed)
                        _state.Move(InstanceState.Leaked);
                }
            }

            return outcome;
        });
    }

    private CancellationToken GivenUp
    {
        get
        {
            lock (_gate)
                return _givenUp.Token;
        }
    }

    private RunningInstance Run(InstanceParts parts)
    {
        var running = new RunningInstance(parts, _counts, _parts.Options, _parts.Time, _parts.Events);
        running.Monitor.Meter = _parts.Metrics.Of(_id, parts.Files!.Manifest.Monitoring.EnableMetrics);
        running.DegradedChanged = (isDegraded, reason) => SetDegraded(running, isDegraded, reason);
        _parts.Started.Add(running);
        _parts.Services.Offered(_id, [.. parts.Offers.Select(offer => offer.Token)]);
        if (parts.Worker is { } worker)
            _ = SeeEndAsync(running, worker);
        return running;
    }

    [LoggerMessage(1001, LogLevel.Information, "{Plugin} runs at isolation level {Isolation}")]
    private static partial void LogLoaded(ILogger logger, PluginVersionId plugin, string isolation);

    [LoggerMessage(1002, LogLevel.Warning, "{Plugin} does not run ({Code}): {Reason}")]
    private static partial void LogFailed(ILogger logger, PluginVersionId plugin, string code, string reason);
}
