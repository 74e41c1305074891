using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Registry.Publishing;

/// <summary>The table <c>publication</c>.</summary>
internal static class PublicationRows
{
    private const string Columns = "id, slug, version, digest, state, published_by, verdicts, error, created_at, updated_at";

    /// <summary>Writes down a publish that nobody waits for, or, in the transaction of its end, one that somebody waited for.</summary>
    public static Task<int> PutAsync(DbSession session, PublishWork work, string state, string verdicts, string node, long leaseUntil, long at) => session.ExecuteAsync(
        """
        INSERT INTO publication
            (id, slug, version, digest, state, published_by, sent_by, request, exchange_id, verdicts, node, lease_until, created_at, updated_at)
        VALUES (@Id, @slug, @version, @digest, @state, @PublisherId, @sentBy, @request, @ExchangeId, @verdicts, @node, @leaseUntil, @created, @at)
        ON CONFLICT (id) DO UPDATE SET
            state = excluded.state, verdicts = excluded.verdicts, lease_until = excluded.lease_until, updated_at = excluded.updated_at
        """,
        new
        {
            work.Id,
            slug = work.Package.Manifest.Name,
            version = work.Package.Manifest.Version.ToString(),
            digest = work.Package.Digest,
            state,
            work.Request.PublisherId,
            sentBy = work.Request.SenderId ?? work.Request.PublisherId,
            request = JsonSerializer.Serialize(KeptRequest.Of(work.Request), StageJson.Options),
            work.Request.ExchangeId,
            verdicts,
            node,
            leaseUntil,
            created = work.BegunAt.ToUnixTimeMilliseconds(),
            at,
        });

    /// <summary>Ends a publish that kept nothing.</summary>
    public static Task<int> RefuseAsync(DbSession session, string id, PublicationError error, string verdicts, long at) => session.ExecuteAsync(
        "UPDATE publication SET state = 'refused', error = @error, verdicts = @verdicts, updated_at = @at WHERE id = @id AND state = 'running'",
        new { id, error = JsonSerializer.Serialize(error, StageJson.Options), verdicts, at });

    /// <summary>Ends a publish whose bytes somebody else has published meanwhile.</summary>
    public static Task<int> EndAsync(DbSession session, string id, string state, long at) => session.ExecuteAsync(
        "UPDATE publication SET state = @state, updated_at = @at WHERE id = @id AND state = 'running'", new { id, state, at });

    public static async Task<Publication?> FindAsync(DbSession session, string id) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM publication WHERE id = @id", new { id }))?.ToPublication();

    /// <summary>Ids of publishes whose process is gone, oldest first.</summary>
    public static Task<IReadOnlyList<string>> AbandonedAsync(DbSession session, long now, int limit) => session.QueryAsync<string>(
        "SELECT id FROM publication WHERE state = 'running' AND lease_until < @now ORDER BY created_at, id LIMIT @limit", new { now, limit });

    public static Task<long> RunningAsync(DbSession session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM publication WHERE state = 'running'");

    /// <summary>Takes over a publish whose process is gone; of several that try, one has it.</summary>
    public static Task<AbandonedRow?> ClaimAsync(DbSession session, string id, string node, long now, long leaseUntil) => session.FirstOrDefaultAsync<AbandonedRow>(
        """
        UPDATE publication SET node = @node, lease_until = @leaseUntil, attempts = attempts + 1
        WHERE id = @id AND state = 'running' AND lease_until < @now
        RETURNING id, digest, published_by, sent_by, request, exchange_id, attempts, created_at
        """,
        new { id, node, now, leaseUntil });

    /// <summary>Tells that this process is still at these publishes.</summary>
    public static Task<int> RenewAsync(DbSession session, IReadOnlyList<string> ids, long leaseUntil) => session.ExecuteAsync(
        "UPDATE publication SET lease_until = @leaseUntil WHERE id IN @ids AND state = 'running'", new { ids, leaseUntil });

    public static Task<int> ForgetRefusedAsync(DbSession session, long before) =>
        session.ExecuteAsync("DELETE FROM publication WHERE state = 'refused' AND updated_at < @before", new { before });

    /// <summary>What a publish needs to be taken up again.</summary>
    internal sealed record AbandonedRow(
        string Id, string Digest, string PublishedBy, string SentBy, string Request, string? ExchangeId, long Attempts, long CreatedAt)
    {
        public PublishRequest ToRequest()
        {
            var kept = JsonSerializer.Deserialize<KeptRequest>(Request, StageJson.Options)!;
            return new PublishRequest(PublishedBy, kept.IsAdministrator, Stream.Null)
            {
                Signature = kept.Signature,
                SenderId = SentBy,
                OnlySlug = kept.OnlySlug,
                ExchangeId = ExchangeId,
                Origin = kept.Origin,
            };
        }
    }

    /// <summary>What of a request is more than its package.</summary>
    private sealed record KeptRequest(bool IsAdministrator, string? Signature, string? OnlySlug, PackageOrigin? Origin = null)
    {
        public static KeptRequest Of(PublishRequest request) => new(request.PublisherIsAdministrator, request.Signature, request.OnlySlug, request.Origin);
    }

    private sealed record Row(
        string Id, string Slug, string Version, string Digest, string State, string PublishedBy, string Verdicts, string? Error, long CreatedAt, long UpdatedAt)
    {
        public Publication ToPublication() => new(
            Id, Slug, Version, Digest, State, PublishedBy, StageJson.Read(Verdicts),
            Error is null ? null : JsonSerializer.Deserialize<PublicationError>(Error, StageJson.Options),
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt));
    }
}
