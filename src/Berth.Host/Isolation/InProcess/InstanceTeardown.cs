using System.Runtime.CompilerServices;
using Berth.Host.Hooks;
using Berth.Host.Isolation.InProcess.Scrubs;
using Berth.Host.Isolation.Worker;
using Berth.Host.Isolation.Worker.StandIns;
using Berth.Host.Pipeline;
using Berth.Host.Services;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Isolation.InProcess;

/// <summary>
/// Takes a version out of memory, in the order in which it works: cancel → stop → release → dispose → scrub the framework's caches
/// while the context is alive → unload → let go → collect → look. The caller has drained it. A host that stops does not look: its
/// memory goes with it, and whatever stays would hold it up for seconds.
/// </summary>
internal sealed partial class InstanceTeardown(HookRunner hooks, ContextWatch contexts, HostOptions options, TimeProvider time, ILogger<InstanceTeardown> logger)
{
    /// <summary>Empties <paramref name="parts"/>. Goes on whatever the plugin's code throws.</summary>
    /// <param name="parts">Whole, or as far as a failed load came.</param>
    /// <param name="running">Names of what still runs, asked when the context is still alive.</param>
    /// <param name="isHostStopping">Whether nothing else will be loaded here: what stays in memory is not looked for.</param>
    /// <param name="settled">Waits for its calls, after it was told to stop; <see langword="null"/> when they were waited for before.</param>
    public async Task<UnloadOutcome> RunAsync(InstanceParts parts, Func<IEnumerable<string>> running, bool isHostStopping, Func<Task>? settled = null)
    {
        if (parts.Worker is { } worker)
        {
            await EndAsync(parts, worker);
            return new UnloadOutcome.Unloaded();
        }

        if (parts.LoadContext is null)
        {
            // A worker that never came up may have had its way out.
            await StepAsync(parts, "release", () => Task.Run(() => parts.Context?.Resources.Release()));
            parts.Clear();
            return new UnloadOutcome.Unloaded();
        }

        await StepAsync(parts, "cancel", () => parts.Context?.CancelAsync() ?? Task.CompletedTask);
        await StepAsync(parts, "stop", () => StopAsync(parts));
        if (settled is not null)
            await settled();
        if (parts.IsStartCalled && !parts.IsStopped)
            await hooks.AfterUnloadAsync(parts);
        await StepAsync(parts, "release", () => Task.Run(() => parts.Context?.Resources.Release()));
        await StepAsync(parts, "dispose", () => parts.Provider?.DisposeAsync().AsTask() ?? Task.CompletedTask);
        Scrub(parts);
        var context = Unload(parts);
        if (isHostStopping)
            return new UnloadOutcome.Unloaded();
        if (await UnloadVerification.WaitAsync(context, time))
        {
            contexts.AddGone();
            return new UnloadOutcome.Unloaded();
        }

        string[] roots = [.. running(), .. LeakRoots.Find(context, parts.Id)];
        contexts.AddStayed(parts.Id, context);
        return new UnloadOutcome.Leaked(roots);
    }

    // The same order, and then its process ends: nothing of it can stay. A worker that does not answer is not asked anything else.
    private async Task EndAsync(InstanceParts parts, WorkerInstance worker)
    {
        if (parts.IsStopped)
        {
            worker.Kill();
            await worker.DisposeAsync();
        }

        if (!worker.Exited.IsCompleted)
        {
            await StepAsync(parts, "cancel", () => parts.Context?.CancelAsync() ?? Task.CompletedTask);
            var isInTime = await StepAsync(parts, "stop", () => StopAsync(parts));
            if (isInTime && parts.IsStartCalled)
                await hooks.AfterUnloadAsync(parts);
            if (isInTime && parts.Plugin is RemotePlugin remote)
                isInTime = await StepAsync(parts, "release", () => remote.DisposeAsync(CancellationToken.None));
            if (!isInTime)
                worker.Kill();
        }

        await StepAsync(parts, "dispose", () => parts.Provider?.DisposeAsync().AsTask() ?? Task.CompletedTask);
        var resources = parts.Context?.Resources;
        parts.Clear();
        await worker.DisposeAsync();
        await StepAsync(parts, "release", () => Task.Run(() => resources?.Release()));
    }

    private static async Task StopAsync(InstanceParts parts)
    {
        if (parts.IsStartCalled)
            await parts.Plugin!.StopAsync(CancellationToken.None);
        for (var i = parts.HostedServices.Count - 1; i >= 0; i--)
            await parts.HostedServices[i].StopAsync(CancellationToken.None);
    }

    // In a frame of its own: a register or a hoisted local of the caller would keep the context alive for the collections.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Unload(InstanceParts parts)
    {
        var context = parts.LoadContext!;
        parts.Clear();
        context.Unload();
        return new WeakReference(context, trackResurrection: true);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Scrub(InstanceParts parts)
    {
        foreach (var scrub in FrameworkScrubs.All)
        {
            try
            {
                if (scrub.Run(parts.LoadContext!) is { } skipped)
                    LogSkipped(parts.Id, scrub.GetType().Name, skipped);
            }
            catch (Exception exception)
            {
                LogSkipped(parts.Id, scrub.GetType().Name, ForeignCode.Describe(exception));
            }
        }
    }

    // Whether it ended in time, well or not.
    private async Task<bool> StepAsync(InstanceParts parts, string step, Func<Task> code)
    {
        try
        {
            await ForeignCode.RunAsync(new PluginScope(parts.Id, userId: null), code).WaitAsync(options.StartBudget, time);
        }
        catch (TimeoutException)
        {
            LogStep(parts.Id, step, $"it took longer than {options.StartBudget.TotalSeconds:0.###} s");
            return false;
        }
        catch (Exception exception)
        {
            LogStep(parts.Id, step, ForeignCode.Describe(exception));
        }

        return true;
    }

    [LoggerMessage(1101, LogLevel.Warning, "{Plugin}: unloading goes on, although '{Step}' failed: {Reason}")]
    private partial void LogStep(PluginVersionId plugin, string step, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "{Plugin}: the scrub {Scrub} was skipped: {Reason}. If unloads leak, this is where to look.")]
    private partial void LogSkipped(PluginVersionId plugin, string scrub, string reason);
}
