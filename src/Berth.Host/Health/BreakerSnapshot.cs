namespace Berth.Host.Health;

/// <summary>Whether calls into an instance are let through.</summary>
public enum BreakerState
{
    /// <summary>All are.</summary>
    Closed,

    /// <summary>None is.</summary>
    Open,

    /// <summary>A few are, to see whether the instance has recovered.</summary>
    HalfOpen,
}

/// <summary>A circuit breaker as it is at one moment.</summary>
/// <param name="State">Its state.</param>
/// <param name="Since">Since when; <see langword="null"/> when it has never been anything but closed.</param>
/// <param name="Reason">What opened it last, for people.</param>
/// <param name="RetryAfter">While it is open: how long no call is let through yet.</param>
/// <param name="Opened">How often it has opened.</param>
/// <param name="Refused">How many calls it has refused.</param>
/// <param name="Rules">What is in force.</param>
public sealed record BreakerSnapshot(BreakerState State, DateTimeOffset? Since, string? Reason, TimeSpan? RetryAfter, long Opened, long Refused, BreakerRules Rules)
{
    /// <summary>A state as it is written in answers: <c>closed</c>, <c>open</c>, <c>half_open</c>.</summary>
    public static string Name(BreakerState state) => state == BreakerState.HalfOpen ? "half_open" : state.ToString().ToLowerInvariant();
}
