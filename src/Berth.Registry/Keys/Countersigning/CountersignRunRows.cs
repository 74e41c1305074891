using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Registry.Keys.Countersigning;

/// <summary>The table <c>countersign_run</c>, and what such runs go through.</summary>
internal static class CountersignRunRows
{
    private const string Columns = "id, state, reason, started_by, started_at, ended_at, total, done, failed";

    private const string Lapsed =
        """
        FROM package_signature s JOIN signing_key k ON k.kid = s.kid JOIN package_version v ON v.slug = s.slug AND v.version = s.version
        WHERE s.role = 'registry' AND k.owner_id IS NULL AND k.revoked_since IS NOT NULL AND s.received_at >= k.revoked_since AND v.digest <> ''
        """;

    public static Task<long> CountAsync(DbSession session) => session.ScalarAsync<long>($"SELECT COUNT(*) FROM (SELECT DISTINCT s.slug, s.version {Lapsed}) lapsed");

    /// <summary>Writes a run that waits for a node, with its audit. Part of the caller's transaction; to be signalled after the commit.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> InsertAsync(DbSession session, string reason, string userId, long at)
    {
        var id = Guid.NewGuid().ToString("N");
        var total = await CountAsync(session);
        await session.ExecuteAsync(
            "INSERT INTO countersign_run (id, state, reason, started_by, started_at, total) VALUES (@id, 'running', @reason, @userId, @at, @total)", new { id, reason, userId, at, total });
        await RegistryRecords.AddAuditAsync(session, at, userId, "countersign.start", id, JsonSerializer.Serialize(new { reason, total }));
        return id;
    }

    public static Task<LapsedVersion?> NextAsync(DbSession session, string slug, string version) => session.FirstOrDefaultAsync<LapsedVersion>(
        $"SELECT DISTINCT v.slug, v.version, v.digest {Lapsed} AND (v.slug, v.version) > (@slug, @version) ORDER BY v.slug, v.version LIMIT 1", new { slug, version });

    public static async Task<CountersignRun?> FindAsync(DbSession session, string id) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM countersign_run WHERE id = @id", new { id }))?.ToRun();

    public static async Task<IReadOnlyList<CountersignRun>> ListAsync(DbSession session) =>
        [.. (await session.QueryAsync<Row>($"SELECT {Columns} FROM countersign_run ORDER BY started_at DESC, id LIMIT 50")).Select(row => row.ToRun())];

    /// <summary>Takes the oldest run that nobody works on, or keeps the one that the holder has.</summary>
    public static Task<CountersignPosition?> TakeAsync(DbSession session, string holder, long now, long until) => session.FirstOrDefaultAsync<CountersignPosition>(
        """
        UPDATE countersign_run SET holder = @holder, lease_until = @until
        WHERE id = (SELECT id FROM countersign_run WHERE state = 'running' AND (holder = @holder OR lease_until < @now) ORDER BY started_at, id LIMIT 1)
        RETURNING id, after_slug, after_version
        """,
        new { holder, now, until });

    /// <summary>Notes that a version was gone through.</summary>
    public static Task<int> AdvanceAsync(DbSession session, string id, string holder, LapsedVersion at, bool isDone, long until) => session.ExecuteAsync(
        """
        UPDATE countersign_run SET after_slug = @Slug, after_version = @Version, done = done + @done, failed = failed + @failed, lease_until = @until
        WHERE id = @id AND holder = @holder
        """,
        new { id, holder, at.Slug, at.Version, done = isDone ? 1 : 0, failed = isDone ? 0 : 1, until });

    /// <summary>Ends a run, with its audit.</summary>
    public static async Task<int> EndAsync(DbSession session, string id, string holder, long at)
    {
        if (await session.ExecuteAsync("UPDATE countersign_run SET state = 'ended', ended_at = @at, holder = NULL WHERE id = @id AND holder = @holder", new { id, holder, at }) == 0
            || await FindAsync(session, id) is not { } run)
        {
            return 0;
        }

        return await RegistryRecords.AddAuditAsync(session, at, "system", "countersign.end", id, JsonSerializer.Serialize(new { total = run.Total, done = run.Done, failed = run.Failed }));
    }

    private sealed record Row(string Id, string State, string Reason, string? StartedBy, long StartedAt, long? EndedAt, long Total, long Done, long Failed)
    {
        public CountersignRun ToRun() => new(
            Id, State, Reason, StartedBy, DateTimeOffset.FromUnixTimeMilliseconds(StartedAt), EndedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, Total, Done, Failed);
    }
}

/// <summary>A version with a countersignature that does not count any more.</summary>
internal sealed record LapsedVersion(string Slug, string Version, string Digest);

/// <summary>Where a run is.</summary>
internal sealed record CountersignPosition(string Id, string AfterSlug, string AfterVersion);
