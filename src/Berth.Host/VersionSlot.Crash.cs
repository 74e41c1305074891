using Berth.Events;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;
using Berth.Host.Pipeline;
using Berth.Host.States;
using Microsoft.Extensions.Logging;

namespace Berth.Host;

/// <summary>What happens when the worker of the instance that takes calls ends by itself.</summary>
internal sealed partial class VersionSlot
{
    private IReadOnlyList<DateTimeOffset> _crashes = [];

    /// <summary>
    /// Before: the worker has ended. After: no lease is given on what it ran, and the version is loaded anew: at once after a first
    /// crash, with the back-off of failed loads after others, until the crash budget is spent. An end that was asked for is none.
    /// </summary>
    private void Crashed(RunningInstance running, WorkerInstance worker)
    {
        // Before the clean-up takes the counts away.
        var isForMemory = worker.IsEndedForMemory;
        var fault = new StageFault("plugin.crashed", $"{_id} crashed: {worker.DescribeEnd()}", LastWords: worker.LastWords());
        FailedLoad failure;
        lock (_gate)
        {
            if (!ReferenceEquals(_running, running) || !_state.IsRunning)
                return;
            running.Close();
            _running = null;
            _parts.Services.Withdrawn(_id, "crash");
            var cleanUp = Task.Run<UnloadOutcome>(async () =>
            {
                await worker.DisposeAsync();
                running.Parts.Clear();
                return new UnloadOutcome.Unloaded();
            });
            _failure = failure = FailedLoad.AfterCrash(_crashes, fault, _parts.Options, _parts.Time, cleanUp);
            _crashes = failure.Recent;
            _counts.NoteEnd(fault.Whole);
            _state.Move(InstanceState.Failed, fault.Reason);
        }

        _parts.Pool.AddFailed();
        if (isForMemory)
            _parts.Limits.Note(_id, LimitTrail.Memory);
        _parts.Events.Raise(new InstanceCrashed(_id.Slug, _id.Version, fault.Whole, failure.Attempts, failure.RetryAt), _id);
        if (failure.IsSpent)
            _parts.Events.Raise(new InstanceCrashBudgetSpent(_id.Slug, _id.Version, failure.Attempts, _parts.Options.CrashBudgetWindow.TotalSeconds), _id);
        LogCrashed(_parts.Logger, _id, fault.Whole);
        if (failure.RetryAt is { } at)
            _ = RestartAsync(failure, at);
    }

    private async Task SeeEndAsync(RunningInstance running, WorkerInstance worker)
    {
        // Whoever starts this holds the lock, and has not put it in its place yet.
        await Task.Yield();
        await worker.Exited;
        await worker.SaidAllAsync();
        Crashed(running, worker);
    }

    private async Task RestartAsync(FailedLoad failure, DateTimeOffset at)
    {
        await failure.CleanUp;
        if (at - _parts.Time.GetUtcNow() is var left && left > TimeSpan.Zero)
            await Task.Delay(left, _parts.Time);
        lock (_gate)
        {
            // Somebody released, quarantined or loaded it meanwhile, or the host stops.
            if (!ReferenceEquals(_failure, failure) || _isStopped)
                return;
        }

        await EnsureAsync();
    }

    [LoggerMessage(1005, LogLevel.Error, "{Plugin}: {Reason}")]
    private static partial void LogCrashed(ILogger logger, PluginVersionId plugin, string reason);
}
