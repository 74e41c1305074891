using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Trust.Quarantines;

namespace Berth.Registry.Trust.Violations;

/// <inheritdoc />
internal sealed class TrustViolations(IDatabase database, QuarantineBook quarantines, TimeProvider time) : ITrustViolations
{
    public async Task<TrustResult<TrustViolation>> RecordAsync(TrustViolationDraft draft, TrustActor actor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(actor);
        var now = time.GetUtcNow();
        if (!actor.MayDecide)
            return Refused(TrustRefusal.NoReviewer);
        if (draft.ExpiresAt <= now)
            return Refused(new TrustRefusal(TrustRefusalKind.Invalid, "trust.expiry", "'expires' is in the past."));
        if (draft.Action == ViolationActions.Restrict && draft.ExpiresAt is null)
            draft = draft with { ExpiresAt = now.AddDays(TrustViolationDraft.RestrictionDays) };
        draft = draft with { Reason = TrustText.Clean(draft.Reason), Kind = TrustText.Clean(draft.Kind) };
        return await ChangeAsync(draft.IsDryRun, session => WriteAsync(session, draft, actor, now), cancellationToken);
    }

    public Task<TrustResult<TrustViolation>> LiftAsync(string id, string reason, TrustActor actor, bool isDryRun, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        return actor.MayDecide
            ? ChangeAsync(isDryRun, session => LiftAsync(session, id, TrustText.Clean(reason), actor, at), cancellationToken)
            : Task.FromResult(Refused(TrustRefusal.NoReviewer));
    }

    public Task<IReadOnlyList<TrustViolation>> OfPluginAsync(string slug, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => TrustViolationRows.OfPluginAsync(session, slug), cancellationToken);

    private async Task<TrustResult<TrustViolation>> ChangeAsync(
        bool isDryRun, Func<DbSession, Task<TrustResult<TrustViolation>>> work, CancellationToken cancellationToken)
    {
        var result = await TrustWrites.RunAsync(database, isDryRun, work, cancellationToken);
        if (result.IsDone && !isDryRun)
            quarantines.Changed([result.Value.Slug]);
        return result;
    }

    private static async Task<TrustResult<TrustViolation>> WriteAsync(DbSession session, TrustViolationDraft draft, TrustActor actor, DateTimeOffset now)
    {
        if (await TrustSettlement.LockAsync(session, draft.Slug) is not { } package)
            return Refused(TrustRefusal.UnknownPlugin(draft.Slug));
        if (draft.Version is not null
            && await session.ScalarAsync<long>("SELECT COUNT(*) FROM package_version WHERE slug = @Slug AND version = @Version", new { package.Slug, draft.Version }) == 0)
        {
            return Refused(new TrustRefusal(TrustRefusalKind.NotFound, "version.unknown", $"'{package.Slug}' has no version '{draft.Version}'."));
        }

        draft = draft with { Slug = package.Slug };
        var (refusal, decisionSeq, quarantineId) = await ViolationConsequences.ApplyAsync(session, draft, actor.Id, now);
        if (refusal is not null)
            return Refused(refusal);

        var violation = new TrustViolation(
            TrustText.NewId(), package.Slug, draft.Version, draft.Kind, draft.Severity, draft.Action, draft.Reason, draft.Evidence, actor.Id, now, draft.ExpiresAt, null, null);
        await TrustViolationRows.InsertAsync(session, violation, decisionSeq, quarantineId);
        var told = JsonSerializer.Serialize(new
        {
            id = violation.Id,
            slug = violation.Slug,
            version = violation.Version,
            kind = violation.Kind,
            severity = violation.Severity,
            action = violation.Action,
            reason = violation.Reason,
        });
        await RegistryRecords.AddEventAsync(session, now.ToUnixTimeMilliseconds(), "berth.trust.violation_recorded", violation.Slug, package.OwnerId, told);
        await RegistryRecords.AddAuditAsync(session, now.ToUnixTimeMilliseconds(), actor.Id, "trust.violation", violation.Slug, told);
        return new TrustResult<TrustViolation> { Value = violation };
    }

    private static async Task<TrustResult<TrustViolation>> LiftAsync(DbSession session, string id, string reason, TrustActor actor, long at)
    {
        if (await TrustViolationRows.FindAsync(session, id) is not { LiftedAt: null } violation)
            return Refused(new TrustRefusal(TrustRefusalKind.NotFound, "violation.unknown", "There is no such violation, or it was lifted before."));
        if (violation.Action == ViolationActions.Remove)
            return Refused(new TrustRefusal(TrustRefusalKind.Conflict, "trust.not_reversible", "Versions that were removed do not come back. Publish a new version."));
        if (await TrustSettlement.LockAsync(session, violation.Slug) is not { } package)
            return Refused(TrustRefusal.UnknownPlugin(violation.Slug));
        if (await FourEyes.CheckDirectAsync(session, actor, package.Slug) is { } refusal)
            return Refused(refusal);

        await ViolationConsequences.LiftAsync(session, (await TrustViolationRows.ConsequenceAsync(session, id))!, package.Slug, reason, actor.Id, at);
        await TrustViolationRows.LiftAsync(session, id, reason, actor.Id, at);
        var told = JsonSerializer.Serialize(new { id, slug = violation.Slug, action = violation.Action, reason });
        await RegistryRecords.AddEventAsync(session, at, "berth.trust.violation_lifted", violation.Slug, package.OwnerId, told);
        await RegistryRecords.AddAuditAsync(session, at, actor.Id, "trust.lift_violation", violation.Slug, told);
        return new TrustResult<TrustViolation> { Value = (await TrustViolationRows.FindAsync(session, id))! };
    }

    private static TrustResult<TrustViolation> Refused(TrustRefusal refusal) => new() { Refusal = refusal };
}
