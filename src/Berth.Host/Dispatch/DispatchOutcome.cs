namespace Berth.Host.Dispatch;

/// <summary>How a request to a plugin ended. Anything but <see cref="Completed"/> has written nothing to the response.</summary>
public abstract record DispatchOutcome
{
    private DispatchOutcome()
    {
    }

    /// <summary>The plugin answered (whatever status), or failed after the response had started, in which case the connection was aborted.</summary>
    public sealed record Completed : DispatchOutcome
    {
        /// <summary>The one value.</summary>
        public static Completed Instance { get; } = new();
    }

    /// <summary>The plugin has no endpoint for this path and method.</summary>
    /// <param name="MethodNotAllowed">The path exists for other methods.</param>
    public sealed record NoEndpoint(bool MethodNotAllowed) : DispatchOutcome;

    /// <summary>A guard or a capability denied (403).</summary>
    /// <param name="Code"><c>guard.denied</c>, <c>guard.missing</c>, <c>guard.failed</c>, <c>capability.denied</c>, or one of a refused service.</param>
    /// <param name="Reason">For the caller.</param>
    public sealed record Denied(string Code, string Reason) : DispatchOutcome;

    /// <summary>The plugin could not go on without a service of another plugin, which is not there now (503).</summary>
    /// <param name="Reason">For the caller.</param>
    public sealed record ServiceWithdrawn(string Reason) : DispatchOutcome;

    /// <summary>The plugin's code threw (502).</summary>
    public sealed record Crashed(string Reason) : DispatchOutcome;

    /// <summary>The request took longer than its limit (504).</summary>
    public sealed record TimedOut(TimeSpan Limit) : DispatchOutcome;

    /// <summary>The plugin was not called: its circuit breaker lets no call through now (503).</summary>
    /// <param name="RetryAfter">When it makes sense to ask again.</param>
    public sealed record BreakerOpen(TimeSpan RetryAfter) : DispatchOutcome;

    /// <summary>The version was quarantined, before the call or while it ran (503).</summary>
    /// <param name="Code"><c>plugin.quarantined</c>.</param>
    /// <param name="Reason">For the caller.</param>
    public sealed record Stopped(string Code, string Reason) : DispatchOutcome;

    /// <summary>The request itself is bad, for example a body that is no JSON (its 4xx status).</summary>
    public sealed record BadRequest(int Status, string Reason) : DispatchOutcome;
}
