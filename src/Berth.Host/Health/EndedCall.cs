namespace Berth.Host.Health;

/// <summary>One call into a plugin's code, when its caller has the answer.</summary>
/// <param name="Kind">What was called.</param>
/// <param name="Call">Names the call by its <c>ToString</c>, for example <c>GET /notes</c>; asked only when somebody wants to read it.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Reason">What went wrong, for people; texts only.</param>
/// <param name="Elapsed">From the call until its caller had the answer.</param>
internal readonly record struct EndedCall(CallKind Kind, object Call, CallResult Result, string? Reason, TimeSpan Elapsed)
{
    /// <summary>Whether its code held a thread when its time was over: it cannot be ended in this process.</summary>
    public bool HoldsThread { get; init; }
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
