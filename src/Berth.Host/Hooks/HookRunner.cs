using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Events;
using Berth.Host.Health;
using Berth.Host.Pipeline;
using Berth.Host.Services;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Hooks;

/// <summary>
/// The seam around a plugin's own hooks: one after the other, each within its time, with the plugin's ambient scope. What a
/// hook throws is told; it ends a load before the start and changes nothing anywhere else.
/// </summary>
internal sealed partial class HookRunner(HostOptions options, TimeProvider time, IHostEvents events, ILogger<HookRunner> logger)
{
    /// <summary>In the pipeline's own flow: the start budget is its time, and what outlives it is the pipeline's stray.</summary>
    public async Task<StageFault?> BeforeLoadAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        foreach (var name in parts.Hooks.At(HookKind.BeforeLoad))
        {
            try
            {
                await Find(parts.Provider!, name).BeforeLoadAsync(cancellationToken);
            }
            catch (Exception exception)
            {
                var reason = ForeignCode.Describe(exception);
                Tell(parts.Id, HookKind.BeforeLoad, name, reason);
                return new StageFault("plugin.hook_failed", $"{parts.Id} does not run, because its hook '{name}' failed before the load: {reason}");
            }
        }

        return null;
    }

    public Task AfterLoadAsync(RunningInstance instance) =>
        RunAsync(instance, HookKind.AfterLoad, static (hooks, token) => hooks.AfterLoadAsync(token));

    public Task BeforeUnloadAsync(RunningInstance instance) =>
        RunAsync(instance, HookKind.BeforeUnload, static (hooks, token) => hooks.BeforeUnloadAsync(token));

    public Task OnErrorAsync(RunningInstance instance, PluginError error) =>
        RunAsync(instance, HookKind.OnError, (hooks, token) => hooks.OnErrorAsync(error, token));

    /// <summary>Between stop and disposal, where only the parts are left of the instance.</summary>
    public async Task AfterUnloadAsync(InstanceParts parts)
    {
        foreach (var name in parts.Hooks.At(HookKind.AfterUnload))
        {
            // Its own token: the version's is cancelled by now.
            var ending = new CallToken(CancellationToken.None, CancellationToken.None);
            var (result, reason) = await CallAsync(parts, name, static (hooks, token) => hooks.AfterUnloadAsync(token), ending, static () => { });
            if (result != CallResult.Succeeded)
                Tell(parts.Id, HookKind.AfterUnload, name, reason!);
        }
    }

    private async Task RunAsync(RunningInstance instance, HookKind kind, Func<ILifecycleHooks, CancellationToken, Task> code)
    {
        foreach (var name in instance.Parts.Hooks.At(kind))
        {
            if (instance.Stopped is not null || !TryHold(instance, kind) || instance.Parts is not { Context: { } plugin })
                return;
            var key = new object();
            instance.NameRunning(key, $"hook {kind} of {name}");
            var began = time.GetTimestamp();
            var (result, reason) = await CallAsync(instance.Parts, name, code, new CallToken(CancellationToken.None, plugin.Unloading), () =>
            {
                instance.RemoveStray(key);
                instance.Release();
            });
            instance.Monitor.Ended(new EndedCall(CallKind.Hook, $"hook {kind} of {name}", result, reason, time.GetElapsedTime(began)) { Limit = options.HookTimeLimit });
            // What a stop for good cut off is no failure of the hook.
            if (result != CallResult.Succeeded && instance.Stopped is null)
                Tell(instance.Parts.Id, kind, name, reason!);
        }
    }

    // On its way out the instance gives no leases any more, and waits for this hook.
    private static bool TryHold(RunningInstance instance, HookKind kind)
    {
        if (kind != HookKind.BeforeUnload)
            return instance.TryAcquire();
        instance.AddReference();
        return true;
    }

    private async Task<(CallResult Result, string? Reason)> CallAsync(
        InstanceParts parts, string name, Func<ILifecycleHooks, CancellationToken, Task> code, CallToken ending, Action ended)
    {
        var running = ForeignCode.RunAsync(new PluginScope(parts.Id, userId: null), async () =>
        {
            try
            {
                if (parts.Provider is { } provider)
                    await code(Find(provider, name), ending.Token);
                return null;
            }
            catch (Exception exception)
            {
                return ForeignCode.Describe(exception);
            }
            finally
            {
                ended();
            }
        });
        try
        {
            var failure = await running.WaitAsync(options.HookTimeLimit, time);
            return (failure is null ? CallResult.Succeeded : CallResult.Failed, failure);
        }
        catch (TimeoutException)
        {
            return (CallResult.TimedOut, $"took longer than {options.HookTimeLimit.TotalSeconds:0.###} s");
        }
        finally
        {
            ending.End();
        }
    }

    private static ILifecycleHooks Find(IServiceProvider provider, string name) => provider.GetRequiredKeyedService<ILifecycleHooks>(name);

    private void Tell(PluginVersionId plugin, HookKind kind, string name, string reason)
    {
        events.Raise(new HookFailed(plugin.Slug, plugin.Version, $"{kind} {name}", reason), plugin);
        LogFailed(plugin, kind, name, reason);
    }

    [LoggerMessage(1511, LogLevel.Warning, "{Plugin}: the hook {Kind} of {Name} failed: {Reason}")]
    private partial void LogFailed(PluginVersionId plugin, HookKind kind, string name, string reason);
}
