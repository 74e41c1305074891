using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;
using Berth.Registry.Search;
using Berth.Registry.Trust.InForce;

namespace Berth.Registry.Trust;

/// <inheritdoc />
internal sealed class TrustDecisions(IDatabase database, CatalogSnapshots snapshots, TrustChanges changes, TimeProvider time) : ITrustDecisions
{
    private static readonly TrustActor System = new("system", IsAdministrator: true, IsReviewer: true);

    public async Task<TrustStanding?> StandingAsync(string slug, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await database.ReadAsync(
            async session =>
            {
                var package = await session.FirstOrDefaultAsync<TrustSettlement.PackageRow>("SELECT slug, owner_id FROM package WHERE slug_folded = @folded", new { folded = SearchWords.Fold(slug) });
                if (package is null)
                    return null;
                var found = await TrustLevelRows.OfAsync(session, package.Slug, now);
                return new TrustStanding(package.Slug, package.OwnerId, found.Level, found.Decided, found.QuarantinedVersions, found.ChangesAtInstant);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<string>> LevelsOfPublisherAsync(string userId, CancellationToken cancellationToken = default) => database.ReadAsync(
        session => session.QueryAsync<string>(
            $"""
             SELECT DISTINCT p.trust_level FROM package p
             WHERE {PublishRights.ActsForSql("@userId")}
               AND EXISTS (SELECT 1 FROM trust_decision d WHERE d.slug = p.slug AND d.level = p.trust_level AND d.decided_by <> @userId AND d.decided_by <> p.owner_id)
             """,
            new { userId }),
        cancellationToken);

    public async Task<bool> DecideAsync(string slug, string level, string decidedBy, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        ArgumentException.ThrowIfNullOrWhiteSpace(decidedBy);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (!TrustLevels.All.Contains(level))
            throw new ArgumentException($"'{level}' is no trust level. Use one of {string.Join(", ", TrustLevels.All)}.", nameof(level));
        return (await DecideAsync(new TrustDraft(slug, level, reason), System with { Id = decidedBy }, isPerson: false, cancellationToken)).IsDone;
    }

    public Task<TrustResult<TrustDecision>> DecideAsync(TrustDraft draft, TrustActor actor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(actor);
        return DecideAsync(draft, actor, isPerson: true, cancellationToken);
    }

    public async Task<IReadOnlyList<TrustDecision>> HistoryAsync(string slug, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        var rows = await database.ReadAsync(
            session => session.QueryAsync<DecisionRow>(
                """
                SELECT d.seq, d.slug, d.level, d.kind, d.decided_by, d.reason, d.evidence, d.at, d.expires_at, d.ended_at
                FROM trust_decision d JOIN package p ON p.slug = d.slug WHERE p.slug_folded = @folded ORDER BY d.seq DESC
                """,
                new { folded = SearchWords.Fold(slug) }),
            cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var inForce = rows.FirstOrDefault(row => row.EndedAt is null && (row.ExpiresAt is null || row.ExpiresAt > now))?.Seq;
        return [.. rows.Select(row => new TrustDecision(row.Slug, row.Level, row.DecidedBy, row.Reason, DateTimeOffset.FromUnixTimeMilliseconds(row.At))
        {
            Seq = row.Seq,
            Kind = row.Kind,
            Evidence = TrustText.Evidence(row.Evidence),
            ExpiresAt = TrustText.At(row.ExpiresAt),
            EndedAt = TrustText.At(row.EndedAt),
            InForce = row.Seq == inForce,
        })];
    }

    /// <summary>Writes the row that tells why a level is in force.</summary>
    internal static Task<int> RecordAsync(
        DbSession session, string slug, string level, string decidedBy, string reason, long at, string kind = "decision", string? evidence = null) =>
        session.ExecuteAsync(
            "INSERT INTO trust_decision (slug, level, kind, decided_by, reason, evidence, at) VALUES (@slug, @level, @kind, @decidedBy, @reason, @evidence, @at)",
            new { slug, level, kind, decidedBy, reason, evidence, at });

    /// <summary>Writes a decision with its event and its audit, and settles what is in force. Part of the caller's transaction.</summary>
    /// <returns>Its number.</returns>
    internal static async Task<long> RecordAsync(DbSession session, TrustDraft draft, string kind, string decidedBy, string previous, long at)
    {
        var expiresAt = draft.ExpiresAt?.ToUnixTimeMilliseconds();
        var seq = await session.ScalarAsync<long>(
            """
            INSERT INTO trust_decision (slug, level, kind, decided_by, reason, evidence, at, expires_at)
            VALUES (@Slug, @Level, @kind, @decidedBy, @Reason, @evidence, @at, @expiresAt) RETURNING seq
            """,
            new { draft.Slug, draft.Level, kind, decidedBy, draft.Reason, evidence = TrustText.Json(draft.Evidence), at, expiresAt });
        await TrustSettlement.SettleAsync(session, draft.Slug, at);
        var data = JsonSerializer.Serialize(new { slug = draft.Slug, level = draft.Level, previous, reason = draft.Reason });
        await RegistryRecords.AddEventAsync(session, at, "berth.package.trust_decided", draft.Slug, decidedBy, data);
        var detail = JsonSerializer.Serialize(new { slug = draft.Slug, level = draft.Level, previous, kind, reason = draft.Reason, expires_at = draft.ExpiresAt });
        await RegistryRecords.AddAuditAsync(session, at, decidedBy, "package.trust", draft.Slug, detail);
        return seq;
    }

    private async Task<TrustResult<TrustDecision>> DecideAsync(TrustDraft draft, TrustActor actor, bool isPerson, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        draft = draft with { Reason = TrustText.Clean(draft.Reason) };
        if (draft.ExpiresAt <= now)
            return Refused(new TrustRefusal(TrustRefusalKind.Invalid, "trust.expiry", "'expires' is in the past; a decision that is over before it begins decides nothing."));
        if (!actor.MayDecide)
            return Refused(TrustRefusal.NoReviewer);
        var result = await TrustWrites.RunAsync(database, draft.IsDryRun, session => WriteAsync(session, draft, actor, isPerson, now), cancellationToken);
        if (result.IsDone && !draft.IsDryRun)
        {
            snapshots.Invalidate(result.Value.Slug);
            changes.Tell();
        }

        return result;
    }

    private static async Task<TrustResult<TrustDecision>> WriteAsync(DbSession session, TrustDraft draft, TrustActor actor, bool isPerson, DateTimeOffset now)
    {
        if (await TrustSettlement.LockAsync(session, draft.Slug) is not { } package)
            return Refused(TrustRefusal.UnknownPlugin(draft.Slug));
        var at = now.ToUnixTimeMilliseconds();
        var before = await TrustLevelRows.OfAsync(session, package.Slug, at);
        if (isPerson && TrustLevels.IsAbove(draft.Level, before.Decided)
            && await FourEyes.CheckDirectAsync(session, actor, package.Slug) is { } refusal)
        {
            return Refused(refusal);
        }

        draft = draft with { Slug = package.Slug };
        var seq = await RecordAsync(session, draft, "decision", actor.Id, before.Level, at);
        return new TrustResult<TrustDecision>
        {
            Value = new TrustDecision(package.Slug, draft.Level, actor.Id, draft.Reason, now) { Seq = seq, Evidence = draft.Evidence, ExpiresAt = draft.ExpiresAt, InForce = true },
        };
    }

    private static TrustResult<TrustDecision> Refused(TrustRefusal refusal) => new() { Refusal = refusal };

    private sealed record DecisionRow(
        long Seq, string Slug, string Level, string Kind, string DecidedBy, string Reason, string? Evidence, long At, long? ExpiresAt, long? EndedAt);
}
