using System.Diagnostics;
using Berth.Host.Dispatch;
using Berth.Host.Health;
using Berth.Host.Observability;
using Berth.Host.Services;
using Berth.Host.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Guards;

/// <summary>
/// The seam through which other plugins ask the exported guards of one instance: in its own services, with its own ambient
/// scope, within the time limit. What goes on after its time holds the instance until it ends.
/// </summary>
internal sealed class GuardCalls(RunningInstance instance, GuardRunner runner, HostOptions options)
{
    /// <summary>Asks the guard that another plugin knows as <paramref name="guard"/>.</summary>
    /// <param name="guard">The asking plugin's external guard.</param>
    /// <param name="round">The request's guards so far.</param>
    /// <param name="user">The caller, as a user of this plugin.</param>
    /// <exception cref="OperationCanceledException">The caller went.</exception>
    public async Task<GuardVerdict> AskAsync(GuardSpec guard, GuardRound round, IUserScope user)
    {
        if (instance.Parts is not { Context: { } plugin, Provider: { } provider, Guards: { } guards })
            return GuardVerdict.Unavailable(guard, $"{instance.Parts.Id}, which has it, is being unloaded.");
        if (!instance.Monitor.TryEnter(out var pass, out var retryAfter))
            return GuardVerdict.Unavailable(guard, $"{instance.Parts.Id} has it, and {InstanceMonitor.LeftAlone(retryAfter)}.");
        var began = instance.Time.GetTimestamp();
        var ending = new CallToken(round.CancellationToken, plugin.Unloading);
        Activity.Current = round.Activity;
        var call = new Call(began, pass, CallTrace.Start(CallKind.Guard, guards.Id, instance.IsTraced), new PluginScope(guards.Id, user.User.Id, instance.Usage));
        var running = StartAsync(guard, guards, provider, round, user, call, ending.Token);
        try
        {
            var verdict = await running.WaitAsync(options.GuardTimeLimit, instance.Time, round.CancellationToken);
            Ended(guard, verdict, call);
            return verdict;
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            var verdict = GuardVerdict.TimedOut(guard, options.GuardTimeLimit);
            Ended(guard, verdict, call);
            return verdict;
        }
        catch (OperationCanceledException) when (round.CancellationToken.IsCancellationRequested)
        {
            Ended(guard, CallResult.Abandoned, null, call);
            throw;
        }
        finally
        {
            ending.End();
        }
    }

    private void Ended(GuardSpec guard, GuardVerdict verdict, Call call)
    {
        // What a third plugin's guard does wrong, on which one of this plugin depends, is that plugin's to answer for.
        var (result, reason) = verdict switch
        {
            GuardVerdict.Refused { Why: GuardRefusal.Failed } failed when !IsOwn(failed) => (CallResult.Refused, failed.Reason),
            GuardVerdict.Refused { Code: "guard.timed_out" } => (CallResult.TimedOut, $"took longer than {options.GuardTimeLimit.TotalSeconds:0.###} s"),
            GuardVerdict.Refused { Why: GuardRefusal.Failed } failed => (CallResult.Failed, failed.Reason),
            GuardVerdict.Refused { Why: GuardRefusal.Missing } missing => (CallResult.Refused, missing.Reason),
            _ => (CallResult.Succeeded, null),
        };
        Ended(guard, result, reason, call);
    }

    private bool IsOwn(GuardVerdict.Refused refused) => string.Equals(refused.Provider, instance.Parts.Id.Slug, StringComparison.OrdinalIgnoreCase);

    private void Ended(GuardSpec guard, CallResult result, string? reason, Call call)
    {
        instance.Monitor.Ended(new EndedCall(CallKind.Guard, $"guard {guard.Name}", result, reason, instance.Time.GetElapsedTime(call.Began))
        {
            Pass = call.Pass,
            Limit = options.GuardTimeLimit,
            HoldsThread = result == CallResult.TimedOut && FlowPlace.Holds(call.Scope, options.GuardTimeLimit / 4),
        });
        CallTrace.End(call.Trace, result, reason);
    }

    private Task<GuardVerdict> StartAsync(GuardSpec asked, GuardSet guards, ServiceProvider provider, GuardRound round, IUserScope user, Call call, CancellationToken ending)
    {
        // The reference is the code's own: after a time-out it keeps the instance until the code has really ended.
        instance.AddReference();
        var key = new object();
        var name = $"guard {asked.Name} for user {user.User.Id}";
        instance.NameRunning(key, name);
        return ForeignCode.RunAsync(call.Scope, async () =>
        {
            try
            {
                Activity.Current = call.Trace;
                if (guards.Find(asked.Name) is not { } guard)
                    return GuardVerdict.Missing(asked.Name, guards.Id.Slug, $"{guards.Id} has no guard '{asked.Name}', so the request is denied. The plugin that requires it has to name one that exists.");
                if (!guard.IsExported)
                    return GuardVerdict.NotExported(asked.Name, guards.Id);
                await using var scope = provider.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<CallScope>().Enter(user, ending);
                var post = new GuardPost(guards, scope.ServiceProvider, user, ending);
                try
                {
                    return await runner.AskAsync(post, guard.Name, round);
                }
                finally
                {
                    if (post.Stray is { } stray)
                        instance.HoldUntil(stray, name);
                }
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // The asking call sees its own end by itself, and needs no exception of this plugin's for it.
                return GuardVerdict.Unavailable(asked, $"{guards.Id}, which has it, is being unloaded.");
            }
            catch (Exception exception)
            {
                return GuardVerdict.Failed(asked, ForeignCode.Describe(exception));
            }
            finally
            {
                instance.RemoveStray(key);
                instance.Release();
            }
        });
    }

    private readonly record struct Call(long Began, BreakerPass Pass, Activity? Trace, PluginScope Scope);
}
