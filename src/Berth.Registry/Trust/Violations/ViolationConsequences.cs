using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Search;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Trust.Quarantines;

namespace Berth.Registry.Trust.Violations;

/// <summary>Makes what a violation leads to happen, and takes it back. Part of the caller's transaction.</summary>
internal static class ViolationConsequences
{
    /// <summary>Applies one. The rows it made are named, so that they can be taken back.</summary>
    public static async Task<(TrustRefusal? Refusal, long? DecisionSeq, string? QuarantineId)> ApplyAsync(
        DbSession session, TrustViolationDraft draft, string actorId, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        switch (draft.Action)
        {
            case ViolationActions.Warn:
                return (null, null, null);
            case ViolationActions.Restrict:
                return await RestrictAsync(session, draft, actorId, at);
            case ViolationActions.Quarantine:
                return (null, null, await QuarantineAsync(session, draft, actorId, at));
            case ViolationActions.Remove:
                await RemoveAsync(session, draft);
                return (null, null, await QuarantineAsync(session, draft with { Reason = $"Removed from the registry: {draft.Reason}", ExpiresAt = null }, actorId, at));
            default:
                return (new TrustRefusal(TrustRefusalKind.Invalid, "trust.action", $"'action' is one of {string.Join(", ", ViolationActions.All)}."), null, null);
        }
    }

    public static async Task LiftAsync(DbSession session, TrustViolationRows.Consequence consequence, string slug, string reason, string actorId, long at)
    {
        if (consequence.DecisionSeq is { } seq)
        {
            await session.ExecuteAsync("UPDATE trust_decision SET ended_at = @at WHERE seq = @seq AND ended_at IS NULL", new { at, seq });
            await TrustSettlement.SettleAsync(session, slug, at);
        }

        if (consequence.QuarantineId is { } id && await QuarantineRows.FindAsync(session, id) is { LiftedAt: null } quarantine)
            await QuarantineRows.LiftAsync(session, quarantine, reason, actorId, at);
    }

    private static async Task<(TrustRefusal? Refusal, long? DecisionSeq, string? QuarantineId)> RestrictAsync(
        DbSession session, TrustViolationDraft draft, string actorId, long at)
    {
        var inForce = await TrustLevelRows.OfAsync(session, draft.Slug, at);
        var level = draft.Level ?? TrustLevels.Below(inForce.Decided);
        if (level is null || !TrustLevels.IsAbove(inForce.Decided, level))
        {
            return (new TrustRefusal(
                TrustRefusalKind.Conflict, "trust.not_lower",
                $"'{draft.Slug}' has the level '{inForce.Decided}', and a restriction only lowers. Use the action 'quarantine' to stop it, or 'warn'."), null, null);
        }

        var decision = new TrustDraft(draft.Slug, level, $"{draft.Kind}: {draft.Reason}") { Evidence = draft.Evidence, ExpiresAt = draft.ExpiresAt };
        return (null, await TrustDecisions.RecordAsync(session, decision, "restriction", actorId, inForce.Level, at), null);
    }

    /// <summary>One that is in force already stays what it is, and is nobody's to lift with this violation.</summary>
    private static async Task<string?> QuarantineAsync(DbSession session, TrustViolationDraft draft, string actorId, long at)
    {
        var (kind, text) = draft.Version is null ? (QuarantineKinds.Plugin, draft.Slug) : (QuarantineKinds.Version, $"{draft.Slug}@{draft.Version}");
        var subject = QuarantineKinds.Subject(kind, text)!;
        if (await QuarantineRows.InForceAsync(session, kind, subject, at) is not null)
            return null;
        return (await QuarantineRows.InsertAsync(session, new QuarantineDraft(kind, text, draft.Reason) { ExpiresAt = draft.ExpiresAt }, subject, actorId, at)).Id;
    }

    /// <summary>Tombstones: the numbers stay taken, nothing is offered.</summary>
    private static async Task RemoveAsync(DbSession session, TrustViolationDraft draft)
    {
        await session.ExecuteAsync(
            $"UPDATE package_version SET state = '{VersionState.Deleted}' WHERE slug = @Slug AND (CAST(@Version AS TEXT) IS NULL OR version = @Version)", new { draft.Slug, draft.Version });
        await SearchIndex.RefreshAsync(session, draft.Slug);
    }
}
