using Berth.Data.Sessions;
using Berth.Registry.Search;

namespace Berth.Registry.Trust.Violations;

/// <summary>Statements on <c>trust_violation</c>.</summary>
internal static class TrustViolationRows
{
    private const string Columns = "x.id, x.slug, x.version, x.kind, x.severity, x.action, x.reason, x.evidence, x.recorded_by, x.recorded_at, x.expires_at, x.lifted_by, x.lifted_at";

    public static Task<int> InsertAsync(DbSession session, TrustViolation violation, long? decisionSeq, string? quarantineId) => session.ExecuteAsync(
        """
        INSERT INTO trust_violation (id, slug, version, kind, severity, action, reason, evidence, recorded_by, recorded_at, expires_at, decision_seq, quarantine_id)
        VALUES (@Id, @Slug, @Version, @Kind, @Severity, @Action, @Reason, @evidence, @RecordedBy, @at, @expiresAt, @decisionSeq, @quarantineId)
        """,
        new
        {
            violation.Id,
            violation.Slug,
            violation.Version,
            violation.Kind,
            violation.Severity,
            violation.Action,
            violation.Reason,
            evidence = TrustText.Json(violation.Evidence),
            violation.RecordedBy,
            at = violation.RecordedAt.ToUnixTimeMilliseconds(),
            expiresAt = violation.ExpiresAt?.ToUnixTimeMilliseconds(),
            decisionSeq,
            quarantineId,
        });

    public static async Task<TrustViolation?> FindAsync(DbSession session, string id) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM trust_violation x WHERE x.id = @id", new { id }))?.ToViolation();

    public static Task<Consequence?> ConsequenceAsync(DbSession session, string id) =>
        session.FirstOrDefaultAsync<Consequence>("SELECT decision_seq, quarantine_id FROM trust_violation WHERE id = @id", new { id });

    public static async Task<IReadOnlyList<TrustViolation>> OfPluginAsync(DbSession session, string slug) =>
        [.. (await session.QueryAsync<Row>(
            $"SELECT {Columns} FROM trust_violation x JOIN package p ON p.slug = x.slug WHERE p.slug_folded = @folded ORDER BY x.id DESC",
            new { folded = SearchWords.Fold(slug) })).Select(row => row.ToViolation())];

    public static Task<int> LiftAsync(DbSession session, string id, string reason, string actorId, long at) => session.ExecuteAsync(
        "UPDATE trust_violation SET lifted_by = @actorId, lifted_at = @at, lift_reason = @reason WHERE id = @id", new { actorId, at, reason, id });

    /// <summary>Rows that a violation made.</summary>
    internal sealed record Consequence(long? DecisionSeq, string? QuarantineId);

    private sealed record Row(
        string Id, string Slug, string? Version, string Kind, string Severity, string Action, string Reason, string? Evidence,
        string RecordedBy, long RecordedAt, long? ExpiresAt, string? LiftedBy, long? LiftedAt)
    {
        public TrustViolation ToViolation() => new(
            Id, Slug, Version, Kind, Severity, Action, Reason, TrustText.Evidence(Evidence), RecordedBy, DateTimeOffset.FromUnixTimeMilliseconds(RecordedAt),
            TrustText.At(ExpiresAt), LiftedBy, TrustText.At(LiftedAt));
    }
}
