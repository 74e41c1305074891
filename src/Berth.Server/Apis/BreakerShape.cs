using Berth.Host.Health;

namespace Berth.Server.Apis;

/// <summary>A circuit breaker as the answers show it.</summary>
internal static class BreakerShape
{
    public static object? Of(BreakerSnapshot? breaker) => breaker is null ? null : new
    {
        state = BreakerSnapshot.Name(breaker.State),
        breaker.Since,
        breaker.Reason,
        retry_after_ms = breaker.RetryAfter is { } left ? (long?)Math.Ceiling(left.TotalMilliseconds) : null,
        breaker.Opened,
        breaker.Refused,
        rules = new
        {
            enabled = breaker.Rules.IsOn,
            failure_threshold = breaker.Rules.FailureThreshold,
            recovery_timeout_ms = (long)breaker.Rules.RecoveryTimeout.TotalMilliseconds,
            half_open_max_calls = breaker.Rules.HalfOpenMaxCalls,
            window_ms = (long)breaker.Rules.Window.TotalMilliseconds,
            slow_call_ms = (long)breaker.Rules.SlowCall.TotalMilliseconds,
        },
    };
}
