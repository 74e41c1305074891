using Berth.Data.Sessions;

namespace Berth.Lifecycle.Trust;

/// <summary>Statements on <c>trust_known</c>: what the registry said last outlives a restart without it.</summary>
internal static class KnownTrustRows
{
    private const string Id = "registry";

    public static async Task<TrustDocument?> FindAsync(DbSession session) =>
        await session.FirstOrDefaultAsync<Row>("SELECT body, etag FROM trust_known WHERE id = @Id", new { Id }) is { } row ? new TrustDocument(row.Body, row.Etag) : null;

    public static Task<int> PutAsync(DbSession session, TrustDocument document, long at) => session.ExecuteAsync(
        """
        INSERT INTO trust_known (id, etag, body, read_at) VALUES (@Id, @ETag, @Json, @at)
        ON CONFLICT (id) DO UPDATE SET etag = excluded.etag, body = excluded.body, read_at = excluded.read_at
        """,
        new { Id, document.ETag, document.Json, at });

    private sealed record Row(string Body, string Etag);
}
