namespace Berth.Lifecycle.Audit;

/// <summary>Who did what, for whom, when, and how it ended. Rows are only ever added.</summary>
public interface IAuditTrail
{
    /// <summary>A page, newest first.</summary>
    Task<IReadOnlyList<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken = default);
}

/// <summary>Which entries.</summary>
/// <param name="UserId">On whose behalf.</param>
/// <param name="ActorId">Who did it.</param>
/// <param name="Action">For example <c>plugin.install</c>.</param>
/// <param name="Outcome"><c>succeeded</c> or <c>failed</c>.</param>
/// <param name="Since">Not before.</param>
/// <param name="Until">Before.</param>
/// <param name="Before">Below this number, for the next page.</param>
/// <param name="After">Above this number, for following.</param>
/// <param name="Limit">At most so many.</param>
public sealed record AuditQuery(
    string? UserId = null, string? ActorId = null, string? Action = null, string? Outcome = null,
    DateTimeOffset? Since = null, DateTimeOffset? Until = null, long? Before = null, long? After = null, int Limit = 100);

/// <summary>One entry.</summary>
/// <param name="Sequence">Its number; grows.</param>
/// <param name="At">When, in Unix milliseconds.</param>
/// <param name="ActorId">Who did it.</param>
/// <param name="UserId">On whose behalf; the actor unless an administrator acted for somebody.</param>
/// <param name="Action">What.</param>
/// <param name="Subject">To what.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="DetailJson">What else is known, a JSON object.</param>
/// <param name="RequestId">The request, as its answer named it.</param>
public sealed record AuditEntry(
    long Sequence, long At, string ActorId, string UserId, string Action, string Subject, string Outcome, string DetailJson, string? RequestId);
