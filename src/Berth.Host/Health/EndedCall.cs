namespace Berth.Host.Health;

/// <summary>One call into a plugin's code, when its caller has the answer.</summary>
/// <param name="Kind">What was called.</param>
/// <param name="Call">Names the call by its <c>ToString</c>, for example <c>GET /notes</c>; asked only when somebody wants to read it.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Reason">What went wrong, for people; texts only.</param>
/// <param name="Elapsed">From the call until its caller had the answer.</param>
internal readonly record struct EndedCall(CallKind Kind, object Call, CallResult Result, string? Reason, TimeSpan Elapsed)
{
    /// <summary>What it got from the breaker, if it asked.</summary>
    public BreakerPass Pass { get; init; } = BreakerPass.Outside;

    /// <summary>
    /// How much of the time was the plugin's own: until its answer began, without waiting for the client's bytes.
    /// <see langword="null"/>: all of it.
    /// </summary>
    public TimeSpan? OwnTime { get; init; }

    /// <summary>Whether it waited for the client's bytes when its time was over.</summary>
    public bool IsClientSlow { get; init; }

    /// <summary>Whether it still held the thread that it was called on when its time was over.</summary>
    public bool HoldsThread { get; init; }

    /// <summary>The limit that it was over, or could have been.</summary>
    public TimeSpan Limit { get; init; }

    /// <summary>The call and what was bad about it, for people.</summary>
    public string Describe() => Result switch
    {
        CallResult.Failed => $"{Call}: {Reason}",
        CallResult.TimedOut => $"{Call} {Reason}",
        _ => $"{Call} took {(OwnTime ?? Elapsed).TotalSeconds:0.###} s",
    };
}

/// <summary>What of a plugin was called.</summary>
internal enum CallKind
{
    /// <summary>A request to one of its endpoints.</summary>
    Request,

    /// <summary>Its lifecycle manager.</summary>
    Lifecycle,

    /// <summary>A service that it offers to other plugins.</summary>
    Service,

    /// <summary>Its handler of an event.</summary>
    Event,

    /// <summary>A guard of its own that another plugin uses.</summary>
    Guard,

    /// <summary>One of its lifecycle hooks.</summary>
    Hook,
}

/// <summary>How a call into a plugin ended.</summary>
internal enum CallResult
{
    /// <summary>The plugin answered, with whatever status.</summary>
    Succeeded,

    /// <summary>A guard or a capability denied it.</summary>
    Denied,

    /// <summary>The caller's mistake: no such endpoint, a body that cannot be read.</summary>
    Refused,

    /// <summary>The plugin's code threw.</summary>
    Failed,

    /// <summary>It took longer than it may.</summary>
    TimedOut,

    /// <summary>The caller went away before the answer.</summary>
    Abandoned,
}
