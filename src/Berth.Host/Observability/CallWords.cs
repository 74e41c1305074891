using Berth.Host.Health;

namespace Berth.Host.Observability;

/// <summary>How kinds and results of calls are written in metrics and traces. The words never change their meaning.</summary>
internal static class CallWords
{
    public static string Of(CallKind kind) => kind switch
    {
        CallKind.Request => "request",
        CallKind.Lifecycle => "lifecycle",
        CallKind.Service => "service",
        CallKind.Event => "event",
        CallKind.Guard => "guard",
        CallKind.Hook => "hook",
        _ => "unknown",
    };

    public static string Of(CallResult result) => result switch
    {
        CallResult.Succeeded => "succeeded",
        CallResult.Denied => "denied",
        CallResult.Refused => "refused",
        CallResult.Failed => "failed",
        CallResult.TimedOut => "timed_out",
        CallResult.Abandoned => "abandoned",
        _ => "unknown",
    };
}
