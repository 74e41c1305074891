using Berth.Host.Hooks;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Pipeline;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Reload;

/// <summary>Takes one running instance away: lets its calls end within the drain time, cancels what is left, and tears it down.</summary>
internal sealed partial class InstanceUnload(InstanceTeardown teardown, HookRunner hooks, HostOptions options, TimeProvider time, ILogger<InstanceUnload> logger)
{
    /// <summary>
    /// Before: the instance takes no new leases. After: it is out of memory, or the outcome says what keeps it there.
    /// Whatever the plugin's code throws, it goes on. Of one that was stopped no hook is run and no call is waited for; that may
    /// also happen in the middle.
    /// </summary>
    /// <param name="running">The instance.</param>
    /// <param name="drained">Called when its calls have ended.</param>
    /// <param name="isHostStopping">Whether it is unloaded because the host stops.</param>
    public async Task<UnloadOutcome> RunAsync(RunningInstance running, Action drained, bool isHostStopping)
    {
        try
        {
            await hooks.BeforeUnloadAsync(running).WaitAsync(running.Stopping);
            await DrainAsync(running);
        }
        catch (OperationCanceledException) when (running.Stopped is not null)
        {
            // Its calls are answered and its tokens cancelled; what there is to wait for comes after it was told to stop.
        }

        drained();
        return await teardown.RunAsync(running.Parts, running.DescribeHolders, isHostStopping, running.Stopped is null ? null : () => SettleAsync(running));
    }

    /// <summary>Takes away what a load left behind that did not succeed.</summary>
    /// <param name="parts">As far as the load came.</param>
    /// <param name="stray">What of it still runs.</param>
    /// <param name="isHostStopping">Whether the host stops meanwhile.</param>
    public async Task<UnloadOutcome> CleanUpAsync(InstanceParts parts, Task stray, bool isHostStopping)
    {
        if (parts.IsStopped)
            parts.Worker?.Kill();
        try
        {
            await stray.WaitAsync(options.DrainTime, time);
        }
        catch (TimeoutException)
        {
            // It starts still; the teardown goes on around it and will find it alive.
        }

        return await teardown.RunAsync(parts, () => stray.IsCompleted ? [] : ["the start of the plugin, which still runs"], isHostStopping);
    }

    private async Task DrainAsync(RunningInstance running)
    {
        try
        {
            await running.Drained.WaitAsync(options.DrainTime, time, running.Stopping);
        }
        catch (TimeoutException)
        {
            // The running calls' tokens are cancelled now; those that listen end within the same time again.
            LogDrain(running.Parts.Id, running.Leases);
            _ = running.Parts.Context?.CancelAsync().ContinueWith(static task => task.Exception, TaskScheduler.Default);
            await Task.WhenAny(running.Drained, Task.Delay(options.DrainTime, time, running.Stopping));
        }
    }

    // In process nobody can end code that goes on; it gets this long before what it uses is taken away.
    private async Task SettleAsync(RunningInstance running) => await Task.WhenAny(running.Drained, Task.Delay(options.DrainTime, time));

    [LoggerMessage(1003, LogLevel.Warning, "{Plugin} is unloaded although {Leases} leases are held; its calls are cancelled now")]
    private partial void LogDrain(PluginVersionId plugin, int leases);
}
