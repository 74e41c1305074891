using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;
using Berth.Registry.Trust.InForce;

namespace Berth.Registry.Trust.Requests;

/// <inheritdoc />
internal sealed class TrustRequests(IDatabase database, CatalogSnapshots snapshots, TrustChanges changes, TimeProvider time) : ITrustRequests
{
    public async Task<TrustResult<TrustRequest>> MakeAsync(TrustRequestDraft draft, TrustActor actor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(actor);
        draft = draft with { Reason = TrustText.Clean(draft.Reason) };
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await TrustWrites.RunAsync(database, draft.IsDryRun, session => MakeAsync(session, draft, actor, at), cancellationToken);
    }

    public async Task<TrustResult<TrustRequest>> ApproveAsync(
        string id, string reason, DateTimeOffset? expiresAt, TrustActor actor, bool isDryRun, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var now = time.GetUtcNow();
        if (expiresAt <= now)
            return Refused(new TrustRefusal(TrustRefusalKind.Invalid, "trust.expiry", "'expires' is in the past; a decision that is over before it begins decides nothing."));
        var result = await TrustWrites.RunAsync(
            database, isDryRun, session => AnswerAsync(session, id, TrustText.Clean(reason), actor, now.ToUnixTimeMilliseconds(), isApproved: true, expiresAt), cancellationToken);
        if (result.IsDone && !isDryRun)
        {
            snapshots.Invalidate(result.Value.Slug);
            changes.Tell();
        }

        return result;
    }

    public Task<TrustResult<TrustRequest>> RejectAsync(string id, string reason, TrustActor actor, bool isDryRun, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        return TrustWrites.RunAsync(database, isDryRun, session => AnswerAsync(session, id, TrustText.Clean(reason), actor, at, isApproved: false, null), cancellationToken);
    }

    public Task<IReadOnlyList<TrustRequest>> ListAsync(string? state, string? requestedBy, string? after, int limit, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => TrustRequestRows.ListAsync(session, state, requestedBy, after, limit), cancellationToken);

    private static async Task<TrustResult<TrustRequest>> MakeAsync(DbSession session, TrustRequestDraft draft, TrustActor actor, long at)
    {
        if (await TrustSettlement.LockAsync(session, draft.Slug) is not { } package)
            return Refused(TrustRefusal.UnknownPlugin(draft.Slug));
        if (!actor.MayDecide && !await PublishRights.ActsForAsync(session, package.Slug, actor.Id))
            return Refused(new TrustRefusal(TrustRefusalKind.Forbidden, "trust.not_publisher", $"Only the publisher of '{package.Slug}' asks for another trust level of it."));
        if (draft.Level == TrustLevels.Quarantined)
            return Refused(new TrustRefusal(TrustRefusalKind.Invalid, "trust.level", "Nobody asks to be quarantined. A reviewer sets it: POST /api/v1/trust/quarantines."));
        var inForce = await TrustLevelRows.OfAsync(session, package.Slug, at);
        if (inForce.Decided == draft.Level)
            return Refused(new TrustRefusal(TrustRefusalKind.Conflict, "trust.in_force", $"'{package.Slug}' has the level '{draft.Level}' already."));
        if (await TrustRequestRows.OpenOfAsync(session, package.Slug) is { } open)
            return Refused(new TrustRefusal(TrustRefusalKind.Conflict, "trust.request_open", $"A request for '{open.Level}' ({open.Id}) waits for an answer. There is one at a time."));
        return new TrustResult<TrustRequest> { Value = await TrustRequestRows.InsertAsync(session, draft with { Slug = package.Slug }, "publisher", actor.Id, at) };
    }

    private static async Task<TrustResult<TrustRequest>> AnswerAsync(
        DbSession session, string id, string reason, TrustActor actor, long at, bool isApproved, DateTimeOffset? expiresAt)
    {
        // Who may not decide does not learn which requests there are.
        if (!actor.MayDecide)
            return Refused(TrustRefusal.NoReviewer);
        if (await TrustRequestRows.FindAsync(session, id) is not { } request)
            return Refused(new TrustRefusal(TrustRefusalKind.NotFound, "request.unknown", "There is no such request. GET /api/v1/trust/requests lists them."));
        if (await TrustSettlement.LockAsync(session, request.Slug) is not { } package)
            return Refused(TrustRefusal.UnknownPlugin(request.Slug));
        if (await FourEyes.CheckRequestAsync(session, actor, request.RequestedBy, package.Slug) is { } refusal)
            return Refused(refusal);
        if (request.State != "open" || await TrustRequestRows.AnswerAsync(session, request, isApproved ? "approved" : "rejected", reason, actor.Id, at) is not { } answered)
            return Refused(new TrustRefusal(TrustRefusalKind.Conflict, "trust.request_decided", $"The request was {request.State} before."));
        if (isApproved)
        {
            var before = await TrustLevelRows.OfAsync(session, package.Slug, at);
            var draft = new TrustDraft(package.Slug, request.Level, reason) { Evidence = request.Evidence, ExpiresAt = expiresAt };
            await TrustDecisions.RecordAsync(session, draft, "request", actor.Id, before.Level, at);
        }

        return new TrustResult<TrustRequest> { Value = answered };
    }

    private static TrustResult<TrustRequest> Refused(TrustRefusal refusal) => new() { Refusal = refusal };
}
