using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;
using Berth.Registry.Publishing;
using Berth.Registry.Publishing.Stages;
using Berth.Registry.Search;

namespace Berth.Registry.Review;

/// <summary>The table <c>review</c>: a row for each version that was ever held.</summary>
internal static class ReviewRows
{
    private const string Columns =
        """
        r.id, r.slug, r.version, r.state, r.published_by, r.sent_by, r.reasons, r.is_staged, r.held_at, r.queued_at,
        CASE WHEN r.state = 'open' THEN (SELECT COUNT(*) FROM review o WHERE o.state = 'open' AND (o.queued_at, o.id) <= (r.queued_at, r.id)) END AS position,
        r.decided_by, r.decided_at, r.decision, r.appeal, r.appealed_at, r.rejected_by, r.rejection
        """;

    /// <summary>Puts a version into the queue and tells its publisher; in the transaction that holds it.</summary>
    public static async Task HoldAsync(DbSession session, HeldVersion held, long at)
    {
        var id = Guid.NewGuid().ToString("N");
        var isStaged = held.Reasons.All(reason => reason.Code == ApprovalStage.Code);
        await session.ExecuteAsync(
            """
            INSERT INTO review (id, slug, version, state, published_by, sent_by, reasons, is_staged, held_at, queued_at)
            VALUES (@id, @Slug, @Version, 'open', @PublishedBy, @SentBy, @reasons, @isStaged, @at, @at)
            ON CONFLICT (slug, version) DO UPDATE SET
                state = 'open', reasons = excluded.reasons, is_staged = excluded.is_staged, held_at = excluded.held_at, queued_at = excluded.queued_at
            """,
            new
            {
                id,
                held.Slug,
                held.Version,
                held.PublishedBy,
                held.SentBy,
                reasons = JsonSerializer.Serialize(held.Reasons, StageJson.Options),
                isStaged,
                at,
            });
        var subject = $"{held.Slug}@{held.Version}";
        var data = JsonSerializer.Serialize(new { slug = held.Slug, version = held.Version, digest = held.Digest, code = held.Reasons[0].Code, reason = held.Reasons[0].Reason });
        await RegistryRecords.AddEventAsync(session, at, "berth.package.held", subject, held.PublishedBy, data);
        await RegistryRecords.AddAuditAsync(session, at, held.SentBy, "package.hold", subject, data);
    }

    /// <summary>
    /// Takes a visible version out of the catalogue and into the queue, for what was found out about it later. Returns whether
    /// it was visible; the caller ends the plugin's view after the commit.
    /// </summary>
    public static async Task<bool> PutBackAsync(DbSession session, string slug, string version, HoldReason reason, long at)
    {
        var row = await session.FirstOrDefaultAsync<VersionRow>(
            "UPDATE package_version SET state = 'held' WHERE slug = @slug AND version = @version AND state = 'visible' RETURNING digest, published_by",
            new { slug, version });
        if (row is null)
            return false;
        await HoldAsync(session, new HeldVersion(slug, version, row.Digest, row.PublishedBy, row.PublishedBy, [reason]), at);
        await SearchIndex.RefreshAsync(session, slug);
        return true;
    }

    public static async Task<ReviewRecord?> FindAsync(DbSession session, string id) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM review r WHERE r.id = @id", new { id }))?.ToReview();

    public static async Task<ReviewRecord?> FindAsync(DbSession session, string slug, string version) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM review r WHERE r.slug = @slug AND r.version = @version", new { slug, version }))?.ToReview();

    /// <summary>Reviews in the order of the queue; those that are over newest first.</summary>
    public static async Task<IReadOnlyList<ReviewRecord>> ListAsync(DbSession session, ReviewQuery query)
    {
        var (order, compare) = query.State == ReviewState.Open ? ("ASC", ">") : ("DESC", "<");
        var rows = await session.QueryAsync<Row>(
            $"""
            SELECT {Columns} FROM review r
            WHERE r.state = @State
              AND (@PublishedBy IS NULL OR r.published_by = @PublishedBy)
              AND (@VisibleTo IS NULL OR r.published_by = @VisibleTo OR r.slug IN (SELECT p.slug FROM package p WHERE {PublishRights.ActsForSql("@VisibleTo")}))
              AND (@Slug IS NULL OR r.slug = @Slug)
              AND (@AfterId IS NULL OR (r.queued_at, r.id) {compare} (@afterAt, @AfterId))
            ORDER BY r.queued_at {order}, r.id {order} LIMIT @Limit
            """,
            new { query.State, query.PublishedBy, query.VisibleTo, query.Slug, query.AfterId, afterAt = query.AfterAt?.ToUnixTimeMilliseconds() ?? 0, query.Limit });
        return [.. rows.Select(row => row.ToReview())];
    }

    /// <summary>Decides on an open review; nothing when somebody else was quicker. What becomes visible is published now, unless it was before.</summary>
    public static async Task<bool> DecideAsync(DbSession session, ReviewRecord review, bool isApproved, string decidedBy, string? reason, long at, bool wasPublished = false)
    {
        var state = isApproved ? ReviewState.Approved : ReviewState.Rejected;
        var decided = await session.ExecuteAsync(
            """
            UPDATE review SET state = @state, decided_by = @decidedBy, decided_at = @at, decision = @reason,
                rejected_by = CASE WHEN @isRejected = 1 THEN COALESCE(rejected_by, @decidedBy) ELSE rejected_by END,
                rejection = CASE WHEN @isRejected = 1 THEN COALESCE(rejection, @reason) ELSE rejection END
            WHERE id = @Id AND state = 'open'
            """,
            new { review.Id, state, decidedBy, reason, at, isRejected = isApproved ? 0L : 1L });
        return decided == 1 && await MoveAsync(session, review, VersionState.Held, isApproved ? VersionState.Visible : VersionState.Rejected, isApproved && !wasPublished ? at : null);
    }

    /// <summary>Puts a rejected version back to the end of the queue, once.</summary>
    public static async Task<bool> AppealAsync(DbSession session, ReviewRecord review, string text, long at)
    {
        var appealed = await session.ExecuteAsync(
            "UPDATE review SET state = 'open', queued_at = @at, appeal = @text, appealed_at = @at WHERE id = @Id AND state = 'rejected' AND appeal IS NULL",
            new { review.Id, text, at });
        return appealed == 1 && await MoveAsync(session, review, VersionState.Rejected, VersionState.Held, null);
    }

    private static async Task<bool> MoveAsync(DbSession session, ReviewRecord review, string from, string to, long? publishedAt)
    {
        var moved = await session.ExecuteAsync(
            "UPDATE package_version SET state = @to, published_at = COALESCE(@publishedAt, published_at) WHERE slug = @Slug AND version = @Version AND state = @from",
            new { review.Slug, review.Version, from, to, publishedAt });
        await session.ExecuteAsync(
            "UPDATE publication SET state = @to WHERE id = (SELECT publication_id FROM package_version WHERE slug = @Slug AND version = @Version)",
            new { review.Slug, review.Version, to });
        await SearchIndex.RefreshAsync(session, review.Slug);
        return moved == 1;
    }

    private sealed record VersionRow(string Digest, string PublishedBy);

    private sealed record Row(
        string Id, string Slug, string Version, string State, string PublishedBy, string SentBy, string Reasons, long IsStaged, long HeldAt, long QueuedAt, long? Position,
        string? DecidedBy, long? DecidedAt, string? Decision, string? Appeal, long? AppealedAt, string? RejectedBy, string? Rejection)
    {
        public ReviewRecord ToReview() => new(
            Id, Slug, Version, State, PublishedBy, SentBy, JsonSerializer.Deserialize<List<HoldReason>>(Reasons, StageJson.Options) ?? [], IsStaged != 0,
            DateTimeOffset.FromUnixTimeMilliseconds(HeldAt), DateTimeOffset.FromUnixTimeMilliseconds(QueuedAt), Position,
            DecidedBy, Instant(DecidedAt), Decision, Appeal, Instant(AppealedAt), RejectedBy, Rejection);

        private static DateTimeOffset? Instant(long? at) => at is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }
}
