using Berth.Packaging.Manifest;

namespace Berth.Host.Health;

/// <summary>What is in force for one instance: the limits of its trust level, and what its manifest may change of them.</summary>
/// <param name="IsOn">Whether calls are watched at all.</param>
/// <param name="FailureThreshold">Bad calls that open the breaker.</param>
/// <param name="RecoveryTimeout">How long no call is let through.</param>
/// <param name="HalfOpenMaxCalls">Calls that are let through afterwards, and that have to be good.</param>
/// <param name="Window">How far back calls count.</param>
/// <param name="SlowCall">From when on a call is slow.</param>
public sealed record BreakerRules(bool IsOn, int FailureThreshold, TimeSpan RecoveryTimeout, int HalfOpenMaxCalls, TimeSpan Window, TimeSpan SlowCall)
{
    // What Polly takes, and what a window of ten parts needs to mean anything.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // As in the manifest's schema.
    private const int MostCalls = 1000;

    /// <summary>The rules of a version.</summary>
    /// <param name="options">The host's.</param>
    /// <param name="trustLevel">The version's trust level.</param>
    /// <param name="wish"><c>monitoring.circuitBreaker</c> of its manifest.</param>
    public static BreakerRules Of(BreakerOptions options, string trustLevel, CircuitBreakerManifest? wish)
    {
        ArgumentNullException.ThrowIfNull(options);
        var limits = options.LimitsOf(trustLevel);
        return new BreakerRules(
            wish is not { Enabled: false } || !limits.MayBeOff,
            Math.Clamp(Fewer(limits.FailureThreshold, wish?.FailureThreshold), 1, MostCalls),
            Within(Recovery(limits, wish)),
            Math.Clamp(Fewer(limits.HalfOpenMaxCalls, wish?.HalfOpenMaxCalls), 1, MostCalls),
            Within(options.Window),
            options.SlowCall);
    }

    private static int Fewer(int limit, int? wish) => wish < limit ? wish.Value : limit;

    private static TimeSpan Recovery(BreakerLimits limits, CircuitBreakerManifest? wish)
    {
        if (wish is null)
            return limits.RecoveryTimeout;
        var wished = TimeSpan.FromMilliseconds(wish.RecoveryTimeout);
        var shortest = limits.ShortestRecovery ?? limits.RecoveryTimeout;
        return wished < shortest ? shortest : wished;
    }

    private static TimeSpan Within(TimeSpan time) => time < Shortest ? Shortest : time > Longest ? Longest : time;
}
