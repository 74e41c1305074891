using Berth.Host.Hooks;
using Berth.Host.Observability;
using Berth.Host.States;

namespace Berth.Host.Health;

/// <summary>
/// Hears of every call into one instance, exactly once, when its caller has the answer: the one place that counts, judges and
/// measures. On the hot path: no lock, no text made unless something went wrong.
/// </summary>
internal sealed class InstanceMonitor(InstanceCounts counts)
{
    /// <summary>Measures the calls; <see langword="null"/> where nobody does.</summary>
    public CallMeter? Meter { get; set; }

    /// <summary>The plugin's own hooks for errors, if it has any.</summary>
    public ErrorHooks? Errors { get; set; }

    public void Ended(in EndedCall call)
    {
        Meter?.Ended(call);
        if (call.Result == CallResult.Abandoned)
            return;
        counts.AddCall();
        switch (call.Result)
        {
            case CallResult.Failed:
                counts.AddFailure($"{call.Call}: {call.Reason}");
                Errors?.Tell(call);
                break;
            case CallResult.TimedOut:
                counts.AddFailure($"{call.Call} {call.Reason}");
                Errors?.Tell(call);
                break;
        }
    }
}
