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
    /// Whatever the plugin's code throws, it goes on.
    /// </summary>
    public async Task<UnloadOutcome> RunAsync(RunningInstance running, Action drained)
    {
        await hooks.BeforeUnloadAsync(running);
        await DrainAsync(running);
        drained();
        return await teardown.RunAsync(running.Parts, running.DescribeHolders);
    }

    /// <summary>Takes away what a load left behind that did not succeed.</summary>
    /// <param name="parts">As far as the load came.</param>
    /// <param name="stray">What of it still runs.</param>
    public async Task<UnloadOutcome> CleanUpAsync(InstanceParts parts, Task stray)
    {
        try
        {
            await stray.WaitAsync(options.DrainTime, time);
        }
        catch (TimeoutException)
        {
            // It starts still; the teardown goes on around it and will find it alive.
        }

        return await teardown.RunAsync(parts, () => stray.IsCompleted ? [] : ["the start of the plugin, which still runs"]);
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
            LogDrain(running.Parts.Id, running.Leases);
            _ = running.Parts.Context?.CancelAsync().ContinueWith(static task => task.Exception, TaskScheduler.Default);
            await Task.WhenAny(running.Drained, Task.Delay(options.DrainTime, time));
        }
    }

    [LoggerMessage(1003, LogLevel.Warning, "{Plugin} is unloaded although {Leases} leases are held; its calls are cancelled now")]
    private partial void LogDrain(PluginVersionId plugin, int leases);
}
