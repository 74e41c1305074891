using Berth.Host.States;
using Berth.Host.Usage;

namespace Berth.Host.Health;

/// <summary>
/// Hears of every call into one instance, exactly once, when its caller has the answer: the one place that counts, judges and
/// measures. On the hot path: no lock, no text made unless something went wrong.
/// </summary>
internal sealed class InstanceMonitor(InstanceCounts counts, InstanceUsage usage)
{
    public void Ended(in EndedCall call)
    {
        if (call.Result == CallResult.Abandoned)
            return;
        counts.AddCall();
        switch (call.Result)
        {
            case CallResult.Failed:
                counts.AddFailure($"{call.Call}: {call.Reason}");
                break;
            case CallResult.TimedOut:
                counts.AddFailure($"{call.Call} {call.Reason}");
                if (call.HoldsThread)
                    usage.AddHeldCall(call.Call.ToString()!);
                break;
        }
    }
}
