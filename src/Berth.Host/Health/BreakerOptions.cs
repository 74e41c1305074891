namespace Berth.Host.Health;

/// <summary>When an instance's circuit breaker opens, and how it closes again; a table by trust level for what may differ.</summary>
public sealed record BreakerOptions
{
    /// <summary>How far back calls count. From one second to a day; default 30 seconds.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// From when on a call that succeeded counts as bad: the plugin's own time, without waiting for its client. Lifecycle calls
    /// are never slow, only too late. Default 10 seconds.
    /// </summary>
    public TimeSpan SlowCall { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The limits of each trust level. A level that is not in the table has those of <c>untrusted</c>.</summary>
    public IReadOnlyDictionary<string, BreakerLimits> Limits { get; init; } = new Dictionary<string, BreakerLimits>(StringComparer.Ordinal)
    {
        ["internal"] = new() { ShortestRecovery = TimeSpan.FromSeconds(1), MayBeOff = true },
        ["verified"] = new() { ShortestRecovery = TimeSpan.FromSeconds(1) },
        ["community"] = new(),
        ["untrusted"] = new() { FailureThreshold = 3, RecoveryTimeout = TimeSpan.FromMinutes(2), HalfOpenMaxCalls = 1 },
    };

    /// <summary>The limits of one level.</summary>
    public BreakerLimits LimitsOf(string trustLevel) =>
        Limits.TryGetValue(trustLevel, out var limits) || Limits.TryGetValue("untrusted", out limits) ? limits : new BreakerLimits();
}

/// <summary>What a plugin of one trust level gets without a wish of its own, and how far its manifest may go.</summary>
public sealed record BreakerLimits
{
    /// <summary>How many bad calls open the breaker, if at least half of all are bad. A manifest may ask for fewer. Default 5.</summary>
    public int FailureThreshold { get; init; } = 5;

    /// <summary>How long no call is let through. Default 60 seconds.</summary>
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The shortest <see cref="RecoveryTimeout"/> that a manifest may ask for; <see langword="null"/>: only longer ones.</summary>
    public TimeSpan? ShortestRecovery { get; init; }

    /// <summary>How many calls are let through at once afterwards, and how many of them have to be good. A manifest may ask for fewer. Default 3.</summary>
    public int HalfOpenMaxCalls { get; init; } = 3;

    /// <summary>Whether <c>enabled: false</c> in the manifest is heeded.</summary>
    public bool MayBeOff { get; init; }
}
