using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Variants;
using Berth.Registry.Optimization.Reports;

namespace Berth.Registry.Optimization.Variants;

/// <summary>The table <c>variant</c>.</summary>
internal static class VariantRows
{
    /// <summary>How often one is tried that takes its process down with it.</summary>
    public const int MostAttempts = 3;

    private const string Columns = "slug, version, kind, source_digest, state, digest, size, report, signature, code, reason, created_at, updated_at";

    public static async Task<IReadOnlyList<VariantRecord>> ListAsync(DbSession session, string slug, string version) =>
        [.. (await session.QueryAsync<VariantRow>($"SELECT {Columns} FROM variant WHERE slug = @slug AND version = @version ORDER BY kind", new { slug, version })).Select(row => row.ToRecord())];

    /// <summary>Orders the optimised variant of a package, unless that is done, or was ordered and has not ended yet.</summary>
    /// <returns>Whether it is ordered now.</returns>
    public static async Task<bool> OrderAsync(DbSession session, string slug, string version, string sourceDigest, string userId, long at) =>
        await session.ExecuteAsync(
            """
            INSERT INTO variant (slug, version, kind, source_digest, state, requested_by, created_at, updated_at)
            VALUES (@slug, @version, @kind, @sourceDigest, 'queued', @userId, @at, @at)
            ON CONFLICT (slug, version, kind) DO UPDATE
            SET source_digest = @sourceDigest, state = 'queued', digest = NULL, size = NULL, report = NULL, signature = NULL, code = NULL, reason = NULL,
                attempts = 0, requested_by = @userId, created_at = @at, updated_at = @at
            WHERE variant.source_digest <> @sourceDigest OR variant.state IN ('unchanged', 'unavailable', 'failed')
            """,
            new { slug, version, kind = VariantStatement.Optimized, sourceDigest, userId, at }) > 0;

    public static Task<long> OpenAsync(DbSession session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM variant WHERE state IN ('queued', 'running')");

    /// <summary>Takes the oldest order of a visible version, and orders whose maker has been silent since <paramref name="silentSince"/>.</summary>
    public static async Task<ClaimedVariant?> ClaimAsync(DbSession session, long at, long silentSince)
    {
        // Nodes that look at the same row: the first one changes its state, the others find nothing.
        var next = await session.FirstOrDefaultAsync<ClaimedVariant>(
            $"""
            SELECT o.slug, o.version, o.kind, o.source_digest, o.attempts, o.requested_by FROM variant o
            JOIN package_version v ON v.slug = o.slug AND v.version = o.version AND v.digest = o.source_digest AND v.state = 'visible'
            WHERE o.state = 'queued' OR (o.state = 'running' AND o.updated_at <= @silentSince)
            ORDER BY o.created_at, o.slug, o.version LIMIT 1{(session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE OF o SKIP LOCKED" : "")}
            """,
            new { silentSince });
        if (next is null)
            return null;
        await session.ExecuteAsync(
            "UPDATE variant SET state = 'running', attempts = attempts + 1, updated_at = @at WHERE slug = @Slug AND version = @Version AND kind = @Kind",
            new { at, next.Slug, next.Version, next.Kind });
        return next with { Attempts = next.Attempts + 1 };
    }

    /// <summary>Writes how it ended, if the order still stands. Returns whether it did.</summary>
    public static async Task<bool> EndAsync(DbSession session, ClaimedVariant claimed, VariantEnd end, long at) =>
        await session.ExecuteAsync(
            """
            UPDATE variant SET state = @State, digest = @Digest, size = @Size, report = @report, signature = @Signature, code = @Code, reason = @Reason, updated_at = @at
            WHERE slug = @Slug AND version = @Version AND kind = @Kind AND source_digest = @SourceDigest AND state = 'running'
            """,
            new
            {
                end.State,
                end.Digest,
                end.Size,
                report = end.Report is null ? null : JsonSerializer.Serialize(end.Report, VariantReportJson.Options),
                end.Signature,
                end.Code,
                end.Reason,
                at,
                claimed.Slug,
                claimed.Version,
                claimed.Kind,
                claimed.SourceDigest,
            }) > 0;

    /// <summary>Puts back what a process that is gone was making, and what only a missing tool kept from being made.</summary>
    public static Task<int> ReviveAsync(DbSession session, long at, long silentSince, bool hasTool) => session.ExecuteAsync(
        """
        UPDATE variant SET state = 'queued', updated_at = @at
        WHERE (state = 'running' AND updated_at <= @silentSince) OR (@hasTool = 1 AND state = 'unavailable' AND code = 'variant.tool_missing')
        """,
        new { at, silentSince, hasTool });

    /// <summary>Forgets the variants of versions that are gone.</summary>
    public static Task<int> ForgetAsync(DbSession session) => session.ExecuteAsync(
        """
        DELETE FROM variant WHERE NOT EXISTS (
            SELECT 1 FROM package_version v WHERE v.slug = variant.slug AND v.version = variant.version AND v.state NOT IN ('deleted', 'rejected'))
        """);

    private sealed record VariantRow(
        string Slug, string Version, string Kind, string SourceDigest, string State, string? Digest, long? Size, string? Report, string? Signature, string? Code, string? Reason,
        long CreatedAt, long UpdatedAt)
    {
        public VariantRecord ToRecord() => new(
            Slug, Version, Kind, SourceDigest, State, Digest, Size,
            Report is null ? null : JsonSerializer.Deserialize<OptimizationReport>(Report, VariantReportJson.Options), Signature, Code, Reason,
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt));
    }
}

/// <summary>An order that this node works on.</summary>
internal sealed record ClaimedVariant(string Slug, string Version, string Kind, string SourceDigest, long Attempts, string? RequestedBy);

/// <summary>How an order ended.</summary>
internal sealed record VariantEnd(string State, string? Digest = null, long? Size = null, OptimizationReport? Report = null, string? Signature = null, string? Code = null, string? Reason = null);

/// <summary>How a report lies in the database.</summary>
internal static class VariantReportJson
{
    public static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
