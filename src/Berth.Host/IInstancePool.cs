using Berth.Host.States;

namespace Berth.Host;

/// <summary>
/// The instances: at most one for each plugin version, made on the first lease, shared by all users, retired when no
/// lease was held for the idle time.
/// </summary>
public interface IInstancePool
{
    /// <summary>
    /// Takes a lease on the instance of a version, loading it first when needed (concurrent callers wait for one load).
    /// A version that failed to load is tried again only after a back-off that doubles from one second to one minute.
    /// </summary>
    ValueTask<LeaseOutcome> LeaseAsync(PluginVersionId id, CancellationToken cancellationToken = default);

    /// <summary>The instances as they are now, ordered by slug and version.</summary>
    IReadOnlyList<InstanceSnapshot> Snapshot();

    /// <summary>Counts since the start.</summary>
    PoolStatistics Statistics { get; }

    /// <summary>Drains and unloads a version whether or not it is idle. Running calls get the drain time, then the token of their plugin is cancelled.</summary>
    Task<UnloadOutcome> UnloadAsync(PluginVersionId id, CancellationToken cancellationToken = default);

    /// <summary>Retires every instance without a lease for the idle time. Returns how many.</summary>
    Task<int> RetireIdleAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Brings up a new instance of a version from what the store has now and lets it take the calls without refusing one; the
    /// instance before drains and is unloaded. When the new one does not come up, the one before goes on. A version that failed
    /// is tried at once, whatever its back-off and crash budget say.
    /// </summary>
    Task<ReloadOutcome> ReloadAsync(PluginVersionId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps a version from running until <see cref="EndQuarantine"/>: no new lease at once; what runs is cancelled, unloaded, and
    /// gone when the task completes. In memory of this host only: whoever decides it keeps it and says it again at the next start.
    /// </summary>
    Task QuarantineAsync(PluginVersionId id, string reason, string? by = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a version run again. Returns whether it was quarantined.</summary>
    bool EndQuarantine(PluginVersionId id);

    /// <summary>
    /// Forgets that a version failed to load or leaked, so that the next lease tries again, or closes the circuit breaker of
    /// what runs. An administrator's decision: what leaked stays in memory. Returns whether there was something to forget.
    /// </summary>
    bool Release(PluginVersionId id);

    /// <summary>Whether the host runs without plugins.</summary>
    bool IsSafeMode { get; }

    /// <summary>Switches safe mode. On: every lease is refused with <c>host.safe_mode</c> and what runs is unloaded.</summary>
    /// <param name="isOn">Whether it shall be on.</param>
    /// <param name="reason">Why, for people; follows "because".</param>
    /// <param name="cancellationToken">Ends the waiting, not the switching.</param>
    Task SetSafeModeAsync(bool isOn, string reason, CancellationToken cancellationToken = default);
}

/// <summary>How asking for an instance ended.</summary>
public abstract record LeaseOutcome
{
    private LeaseOutcome()
    {
    }

    /// <summary>The instance runs; dispose the lease when the call is over.</summary>
    public sealed record Leased(IInstanceLease Lease) : LeaseOutcome;

    /// <summary>The store does not have the version, or it has no server-side code.</summary>
    public sealed record NotFound(string Reason) : LeaseOutcome;

    /// <summary>The version cannot run here.</summary>
    /// <param name="Code">Stable and dotted, for example <c>plugin.load_failed</c> or <c>isolation.unavailable</c>.</param>
    /// <param name="Reason">For people: what failed, in which phase; exception type and message of foreign code as text.</param>
    /// <param name="RetryAfter">When it makes sense to ask again; <see langword="null"/> when only an administrator can help.</param>
    public sealed record Failed(string Code, string Reason, TimeSpan? RetryAfter) : LeaseOutcome;
}

/// <summary>How an unload ended, verified by weak references.</summary>
public abstract record UnloadOutcome
{
    private UnloadOutcome()
    {
    }

    /// <summary>The load context is gone.</summary>
    public sealed record Unloaded : UnloadOutcome;

    /// <summary>Nothing was loaded.</summary>
    public sealed record NotLoaded : UnloadOutcome;

    /// <summary>The load context is still alive after collections; what is known to keep it.</summary>
    public sealed record Leaked(IReadOnlyList<string> Roots) : UnloadOutcome;
}

/// <summary>Counts since the start.</summary>
/// <param name="Active">Instances loaded now.</param>
/// <param name="Created">Loads that succeeded.</param>
/// <param name="Retired">Instances unloaded, idle or asked for.</param>
/// <param name="Leaked">Load contexts that stayed alive after their unload.</param>
/// <param name="Failed">Loads that failed.</param>
public sealed record PoolStatistics(int Active, long Created, long Retired, long Leaked, long Failed);
