using Berth.Events;
using Berth.Host.Events;
using Berth.Host.Hooks;
using Berth.Host.Observability;
using Berth.Host.States;
using Berth.Host.Usage;

namespace Berth.Host.Health;

/// <summary>
/// Hears of every call into one instance, exactly once, when its caller has the answer: the one place that counts, judges and
/// measures. On the hot path: no lock, no text made unless something went wrong.
/// </summary>
internal sealed class InstanceMonitor(
    PluginVersionId id, InstanceCounts counts, InstanceBreaker breaker, BreakerRules rules, InstanceUsage usage, IHostEvents events)
{
    /// <summary>Measures the calls; <see langword="null"/> where nobody does.</summary>
    public CallMeter? Meter { get; set; }

    /// <summary>The plugin's own hooks for errors, if it has any.</summary>
    public ErrorHooks? Errors { get; set; }

    /// <summary>
    /// Asks whether a call may begin now. The pass goes back with <see cref="Ended"/>, whatever becomes of the call.
    /// </summary>
    /// <param name="pass">For <see cref="EndedCall.Pass"/>.</param>
    /// <param name="retryAfter">When to ask again, if it may not.</param>
    public bool TryEnter(out BreakerPass pass, out TimeSpan retryAfter) => breaker.TryEnter(out pass, out retryAfter);

    /// <summary>Says to whoever wanted to call why the call may not begin; follows the name of the plugin.</summary>
    public static string LeftAlone(TimeSpan retryAfter) =>
        $"calls into it failed or were slow again and again, so it is left alone for another {Math.Ceiling(retryAfter.TotalSeconds):0} s";

    public void Ended(in EndedCall call)
    {
        Meter?.Ended(call);
        var isSlow = IsSlow(call);
        breaker.Leave(call, Judge(call, isSlow));
        if (call.Result == CallResult.Abandoned)
            return;
        counts.AddCall();
        switch (call.Result)
        {
            case CallResult.Failed:
                counts.AddFailure(call.Describe());
                events.Raise(new CallFailed(id.Slug, id.Version, call.Call.ToString()!, call.Reason ?? ""), id);
                Errors?.Tell(call);
                break;
            case CallResult.TimedOut:
                counts.AddFailure(call.Describe());
                Errors?.Tell(call);
                events.Raise(new CallTimeExceeded(id.Slug, id.Version, call.Call.ToString()!, call.Limit.TotalMilliseconds), id);
                if (call.HoldsThread)
                {
                    usage.AddHeldCall(call.Call.ToString()!);
                    counts.AddHeldThread();
                    events.Raise(new ThreadHeld(id.Slug, id.Version, call.Call.ToString()!, call.Elapsed.TotalMilliseconds), id);
                }

                break;
            case CallResult.Succeeded when isSlow:
                events.Raise(new SlowCall(id.Slug, id.Version, call.Call.ToString()!, (call.OwnTime ?? call.Elapsed).TotalMilliseconds, rules.SlowCall.TotalMilliseconds), id);
                break;
        }
    }

    /// <summary>A call ended because it used a capability that is not in force.</summary>
    public void CapabilityDenied(CapabilityDeniedException denied, string? userId) =>
        events.Raise(new CapabilityDenied(id.Slug, id.Version, denied.Capability, denied.Message), id, userId);

    private static CallVerdict Judge(in EndedCall call, bool isSlow) => call.Result switch
    {
        // The host's own doing, not a caller's: a hook that runs after each fault would hide the fault, or double it.
        _ when call.Kind == CallKind.Hook => CallVerdict.None,
        CallResult.Succeeded => isSlow ? CallVerdict.Bad : CallVerdict.Good,
        CallResult.Failed => CallVerdict.Bad,

        // One user's slow connection takes the plugin from nobody.
        CallResult.TimedOut => call.IsClientSlow ? CallVerdict.None : CallVerdict.Bad,
        _ => CallVerdict.None,
    };

    // What belongs to one user's operation may take its time: a lifecycle call is only ever too late, and so is a hook.
    private bool IsSlow(in EndedCall call) =>
        call.Kind is not (CallKind.Lifecycle or CallKind.Hook) && (call.OwnTime ?? call.Elapsed) >= rules.SlowCall;
}
