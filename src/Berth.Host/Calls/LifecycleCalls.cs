using System.Diagnostics;
using Berth.Host.Health;
using Berth.Host.Observability;
using Berth.Host.Services;
using Berth.Host.Usage;

namespace Berth.Host.Calls;

/// <summary>
/// The seam around a plugin's lifecycle manager: its faults become <see cref="PluginCallException"/> with text, its
/// results are copied, its time is limited, and what it does after its time no longer reaches the user's data.
/// </summary>
internal sealed class LifecycleCalls(RunningInstance instance, bool isOwn, TimeSpan limit) : ILifecycleCalls
{
    private const string Uninstall = "uninstall";

    public bool IsOwn { get; } = isOwn;

    public Task InstallAsync(UserInstallation installation, CancellationToken cancellationToken = default) =>
        RunAsync("install", installation, async (manager, mine, token) =>
        {
            await manager.InstallAsync(mine, token);
            return true;
        }, cancellationToken);

    public Task UninstallAsync(UserInstallation installation, CancellationToken cancellationToken = default) =>
        RunAsync(Uninstall, installation, async (manager, mine, token) =>
        {
            await manager.UninstallAsync(mine, token);
            return true;
        }, cancellationToken);

    public Task<UserDataExport> ExportAsync(UserInstallation installation, CancellationToken cancellationToken = default) =>
        RunAsync("export", installation, async (manager, mine, token) =>
        {
            var export = await manager.ExportAsync(mine, token);
            return new UserDataExport(export.Version, export.Documents.Select(document => KeyValuePair.Create(document.Key, document.Value)).ToArray());
        }, cancellationToken);

    public Task ImportAsync(UserInstallation installation, UserDataExport old, CancellationToken cancellationToken = default) =>
        RunAsync("import", installation, async (manager, mine, token) =>
        {
            await manager.ImportAsync(mine, old, token);
            return true;
        }, cancellationToken);

    public Task<CheckResult> CheckAsync(UserInstallation installation, CancellationToken cancellationToken = default) =>
        RunAsync("check", installation, async (manager, mine, token) =>
        {
            var result = await manager.CheckAsync(mine, token);
            return new CheckResult(result.IsHealthy, result.Problems.ToArray());
        }, cancellationToken);

    private async Task<T> RunAsync<T>(
        string call, UserInstallation installation, Func<LifecycleManager, UserInstallation, CancellationToken, Task<T>> code, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(installation);
        cancellationToken.ThrowIfCancellationRequested();
        if (Stopped(call) is { } refused)
            throw refused;
        var pass = Enter(call);
        var began = instance.Time.GetTimestamp();
        var ending = new CancellationTokenSource();
        var trace = CallTrace.Start(CallKind.Lifecycle, instance.Parts.Id, instance.IsTraced)?.SetTag("plugin.call", call);
        var scope = new PluginScope(instance.Parts.Id, installation.User.Id);
        var running = StartAsync(call, scope, installation, code, trace, ending.Token);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, instance.Stopping);
        try
        {
            var (result, failure) = await running.WaitAsync(limit, instance.Time, waiting.Token);
            if (failure is not null && Stopped(call) is { } stopped)
            {
                Ended(call, CallResult.Refused, stopped.Reason, began, pass, trace);
                throw stopped;
            }

            Ended(call, failure is null ? CallResult.Succeeded : CallResult.Failed, failure, began, pass, trace);
            return failure is null ? result! : throw new PluginCallException(instance.Parts.Id, call, failure);
        }
        catch (TimeoutException)
        {
            var failure = $"took longer than {limit.TotalSeconds:0.###} s";
            Ended(call, CallResult.TimedOut, failure, began, pass, trace, FlowPlace.Holds(scope, limit / 4));
            throw new PluginCallException(instance.Parts.Id, call, "it " + failure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Ended(call, CallResult.Abandoned, null, began, pass, trace);
            throw;
        }
        catch (OperationCanceledException) when (instance.Stopped is not null)
        {
            Ended(call, CallResult.Refused, instance.Stopped.Reason, began, pass, trace);
            throw Stopped(call)!;
        }
        finally
        {
            _ = EndAsync(ending);
        }
    }

    private PluginCallException? Stopped(string call) =>
        instance.Stopped is { } why ? new PluginCallException(instance.Parts.Id, call, why.Reason) { Code = why.Code } : null;

    // Whoever uninstalls wants to be rid of the plugin: that goes through whatever the breaker says. The default is the host's own code.
    private BreakerPass Enter(string call)
    {
        if (!IsOwn)
            return BreakerPass.Outside;
        if (instance.Monitor.TryEnter(out var pass, out var retryAfter))
            return pass;
        return string.Equals(call, Uninstall, StringComparison.Ordinal)
            ? BreakerPass.Outside
            : throw new PluginCallException(instance.Parts.Id, call, InstanceMonitor.LeftAlone(retryAfter))
            {
                Code = "plugin.breaker_open",
                RetryAfter = retryAfter,
            };
    }

    private void Ended(string call, CallResult result, string? reason, long began, BreakerPass pass, Activity? trace, bool holdsThread = false)
    {
        instance.Monitor.Ended(new EndedCall(CallKind.Lifecycle, call, result, reason, instance.Time.GetElapsedTime(began)) { Pass = pass, Limit = limit, HoldsThread = holdsThread });
        CallTrace.End(trace, result, reason);
    }

    private Task<(T? Result, string? Failure)> StartAsync<T>(
        string call, PluginScope scope, UserInstallation installation, Func<LifecycleManager, UserInstallation, CancellationToken, Task<T>> code, Activity? trace, CancellationToken ending)
    {
        // The reference is the code's own: after a time-out it keeps the instance until the code has really ended.
        instance.AddReference();
        var name = $"{call} for user {installation.User.Id}";
        var key = new object();
        instance.NameRunning(key, name);
        return ForeignCode.RunAsync(scope, async () =>
        {
            try
            {
                Activity.Current = trace;
                var mine = installation with { Data = new CallUserData(installation.Data, ending) };
                var manager = instance.Parts.LifecycleManager
                    ?? throw new InvalidOperationException("The version was unloaded while its lease was held. Take a new lease.");
                return (await code(manager, mine, ending), (string?)null);
            }
            catch (Exception exception)
            {
                return (default(T), ForeignCode.Describe(exception));
            }
            finally
            {
                instance.RemoveStray(key);
                instance.Release();
            }
        });
    }

    private static async Task EndAsync(CancellationTokenSource ending)
    {
        try
        {
            await ending.CancelAsync();
        }
        catch (Exception)
        {
            // A callback of the plugin threw; the call is over either way.
        }
    }
}
