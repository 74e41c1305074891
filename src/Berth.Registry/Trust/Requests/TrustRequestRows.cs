using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Requests;

/// <summary>Statements on <c>trust_request</c>.</summary>
internal static class TrustRequestRows
{
    private const string Columns = "id, slug, level, reason, evidence, source, state, requested_by, requested_at, decided_by, decided_at, answer";

    public static async Task<TrustRequest?> FindAsync(DbSession session, string id) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM trust_request WHERE id = @id", new { id }))?.ToRequest();

    public static async Task<TrustRequest?> OpenOfAsync(DbSession session, string slug) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM trust_request WHERE slug = @slug AND state = 'open'", new { slug }))?.ToRequest();

    public static async Task<IReadOnlyList<TrustRequest>> ListAsync(DbSession session, string? state, string? requestedBy, string? after, int limit) =>
        [.. (await session.QueryAsync<Row>(
            $"""
            SELECT {Columns} FROM trust_request
            WHERE (CAST(@state AS TEXT) IS NULL OR state = @state) AND (CAST(@requestedBy AS TEXT) IS NULL OR requested_by = @requestedBy) AND id > @after
            ORDER BY id LIMIT @limit
            """,
            new { state, requestedBy, after = after ?? "", limit = (long)limit })).Select(row => row.ToRequest())];

    /// <summary>Writes an open request with its event and audit.</summary>
    public static async Task<TrustRequest> InsertAsync(DbSession session, TrustRequestDraft draft, string source, string requestedBy, long at)
    {
        var id = TrustText.NewId();
        await session.ExecuteAsync(
            """
            INSERT INTO trust_request (id, slug, level, reason, evidence, source, state, requested_by, requested_at)
            VALUES (@id, @Slug, @Level, @Reason, @evidence, @source, 'open', @requestedBy, @at)
            """,
            new { id, draft.Slug, draft.Level, draft.Reason, evidence = TrustText.Json(draft.Evidence), source, requestedBy, at });
        var told = JsonSerializer.Serialize(new { id, slug = draft.Slug, level = draft.Level, source, reason = draft.Reason });
        await RegistryRecords.AddEventAsync(session, at, "berth.trust.requested", draft.Slug, requestedBy, told);
        await RegistryRecords.AddAuditAsync(session, at, requestedBy, "trust.request", draft.Slug, told);
        return (await FindAsync(session, id))!;
    }

    /// <summary>Writes the answer with its event and audit. <see langword="null"/> when somebody else was quicker.</summary>
    public static async Task<TrustRequest?> AnswerAsync(DbSession session, TrustRequest request, string state, string answer, string decidedBy, long at)
    {
        if (await session.ExecuteAsync(
                "UPDATE trust_request SET state = @state, decided_by = @decidedBy, decided_at = @at, answer = @answer WHERE id = @Id AND state = 'open'",
                new { state, decidedBy, at, answer, request.Id }) == 0)
        {
            return null;
        }

        var told = JsonSerializer.Serialize(new { id = request.Id, slug = request.Slug, level = request.Level, state, reason = answer });
        await RegistryRecords.AddEventAsync(session, at, "berth.trust.request_decided", request.Slug, request.RequestedBy, told);
        await RegistryRecords.AddAuditAsync(session, at, decidedBy, "trust.decide_request", request.Slug, told);
        return await FindAsync(session, request.Id);
    }

    private sealed record Row(
        string Id, string Slug, string Level, string Reason, string? Evidence, string Source, string State, string RequestedBy, long RequestedAt,
        string? DecidedBy, long? DecidedAt, string? Answer)
    {
        public TrustRequest ToRequest() => new(
            Id, Slug, Level, Reason, TrustText.Evidence(Evidence), Source, State, RequestedBy, DateTimeOffset.FromUnixTimeMilliseconds(RequestedAt),
            DecidedBy, TrustText.At(DecidedAt), Answer);
    }
}
