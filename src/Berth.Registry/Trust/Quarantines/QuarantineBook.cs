using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Trust.Quarantines;

/// <inheritdoc />
internal sealed class QuarantineBook(
    IDatabase database, CatalogSnapshots snapshots, PackageFileIndex files, TrustChanges changes, TimeProvider time) : IQuarantines
{
    private volatile Kept? _statement;

    public Task<TrustResult<QuarantineRecord>> SetAsync(QuarantineDraft draft, TrustActor actor, CancellationToken cancellationToken = default) =>
        SetAsync(draft, actor, along: null, cancellationToken);

    /// <summary>The same, with something else in its transaction.</summary>
    internal async Task<TrustResult<QuarantineRecord>> SetAsync(
        QuarantineDraft draft, TrustActor actor, Func<DbSession, QuarantineRecord, Task>? along, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(actor);
        var now = time.GetUtcNow();
        draft = draft with { Reason = TrustText.Clean(draft.Reason) };
        if (!actor.MayDecide)
            return Refused(TrustRefusal.NoReviewer);
        if (QuarantineKinds.Subject(draft.Kind, draft.Subject) is not { } subject)
            return Refused(new TrustRefusal(TrustRefusalKind.Invalid, "trust.subject", "'kind' is version, plugin, publisher or file, and 'subject' its slug@version, slug, user id or organisation, or SHA-256 in 64 hexadecimal digits."));
        if (draft.ExpiresAt <= now)
            return Refused(new TrustRefusal(TrustRefusalKind.Invalid, "trust.expiry", "'expires' is in the past; a quarantine that is over before it begins stops nothing."));
        if (draft.Kind == QuarantineKinds.File)
            await files.CompleteAsync(cancellationToken);

        var result = await TrustWrites.RunAsync(database, draft.IsDryRun, session => WriteAsync(session, draft, subject, actor, now, along), cancellationToken);
        if (result.IsDone && !draft.IsDryRun)
            Changed(result.Value.Plugins);
        return result;
    }

    public async Task<TrustResult<QuarantineRecord>> LiftAsync(string id, string reason, TrustActor actor, bool isDryRun, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!actor.MayDecide)
            return Refused(TrustRefusal.NoReviewer);
        reason = TrustText.Clean(reason);
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var result = await TrustWrites.RunAsync(database, isDryRun, session => LiftAsync(session, id, reason, actor, at), cancellationToken);
        if (result.IsDone && !isDryRun)
            Changed(result.Value.Plugins);
        return result;
    }

    public Task<IReadOnlyList<QuarantineRecord>> OfPluginAsync(string slug, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => QuarantineRows.OfPluginAsync(session, slug, time.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken);

    public ValueTask<TrustStatement> StatementAsync(CancellationToken cancellationToken = default) =>
        _statement is { } kept && kept.Generation == changes.Generation && time.GetElapsedTime(kept.At) < IQuarantines.StatementAge
            ? ValueTask.FromResult(kept.Statement)
            : new ValueTask<TrustStatement>(BuildAsync(cancellationToken));

    /// <summary>To be called after the commit of what touched these plugins.</summary>
    internal void Changed(IEnumerable<string> slugs)
    {
        foreach (var slug in slugs)
            snapshots.Invalidate(slug);
        changes.Tell();
    }

    private async Task<TrustStatement> BuildAsync(CancellationToken cancellationToken)
    {
        var (generation, at) = (changes.Generation, time.GetTimestamp());
        var statement = await database.ReadAsync(session => StatementBuilder.BuildAsync(session, time.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken);
        _statement = new Kept(statement, generation, at);
        return statement;
    }

    private static async Task<TrustResult<QuarantineRecord>> WriteAsync(
        DbSession session, QuarantineDraft draft, string subject, TrustActor actor, DateTimeOffset now, Func<DbSession, QuarantineRecord, Task>? along)
    {
        var at = now.ToUnixTimeMilliseconds();
        if (await QuarantineRows.InForceAsync(session, draft.Kind, subject, at) is { } known)
            return Refused(new TrustRefusal(TrustRefusalKind.Conflict, "trust.already_quarantined", $"{known.Subject} is quarantined already ({known.Id}): {known.Reason}"));
        var set = await QuarantineRows.InsertAsync(session, draft, subject, actor.Id, at);
        if (along is not null)
            await along(session, set);
        return new TrustResult<QuarantineRecord> { Value = set };
    }

    private static async Task<TrustResult<QuarantineRecord>> LiftAsync(DbSession session, string id, string reason, TrustActor actor, long at)
    {
        if (await QuarantineRows.FindAsync(session, id) is not { } record || record.LiftedAt is not null || record.ExpiresAt?.ToUnixTimeMilliseconds() <= at)
            return Refused(new TrustRefusal(TrustRefusalKind.NotFound, "quarantine.unknown", "There is no such quarantine in force. GET /api/v1/trust/quarantines lists them."));
        if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM trust_violation WHERE quarantine_id = @id AND lifted_at IS NULL", new { id }) > 0)
            return Refused(new TrustRefusal(TrustRefusalKind.Conflict, "trust.lift_violation", "This quarantine is the consequence of a violation. Lift the violation: DELETE /api/v1/trust/violations/{id}."));
        // To lift what holds one's own plugin is to give it trust.
        var isOwn = (record.Kind == QuarantineKinds.Publisher && record.Subject == actor.Id)
            || await FourEyes.IsTheirsAsync(session, actor, await InForce.TrustSettlement.TouchedAsync(session, id));
        if (isOwn && await FourEyes.CheckOwnAsync(session, actor, $"what {record.Subject} holds back") is { } refusal)
            return Refused(refusal);
        return new TrustResult<QuarantineRecord> { Value = await QuarantineRows.LiftAsync(session, record, reason, actor.Id, at) };
    }

    private static TrustResult<QuarantineRecord> Refused(TrustRefusal refusal) => new() { Refusal = refusal };

    private sealed record Kept(TrustStatement Statement, int Generation, long At);
}
