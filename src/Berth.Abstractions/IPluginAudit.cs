namespace Berth;

/// <summary>The calling user's own rows of the audit: what was done for them, by whomever.</summary>
/// <remarks>Scoped to the call. Needs <c>security:audit-read</c> in force at each use; otherwise it throws <see cref="CapabilityDeniedException"/>.</remarks>
public interface IPluginAudit
{
    /// <summary>A page, newest first.</summary>
    /// <param name="before">Below this number, for the next page.</param>
    /// <param name="limit">From 1 to 100.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<PluginAuditEntry>> ListAsync(long? before = null, int limit = 50, CancellationToken cancellationToken = default);
}

/// <summary>One row.</summary>
/// <param name="Sequence">Its number; grows.</param>
/// <param name="At">When.</param>
/// <param name="Action">What, for example <c>plugin.install</c>.</param>
/// <param name="Subject">To what.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="IsByUser">Whether the user did it, and not an administrator for them.</param>
public sealed record PluginAuditEntry(long Sequence, DateTimeOffset At, string Action, string Subject, string Outcome, bool IsByUser);
