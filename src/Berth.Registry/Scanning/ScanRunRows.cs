using Berth.Data.Sessions;

namespace Berth.Registry.Scanning;

/// <summary>The table <c>scan_run</c>, and the order in which runs go through the versions.</summary>
internal static class ScanRunRows
{
    // What is still to be looked at is known of a run over some versions: more can come to it while it works.
    private const string Columns =
        """
        id, kind, state, reason, started_by, started_at, ended_at, done, failed, worse, held, lifted,
        CASE WHEN kind = 'dependencies' THEN done + (SELECT COUNT(*) FROM scan_recheck q WHERE q.run_id = scan_run.id) ELSE total END AS total
        """;

    public static Task<long> CountAsync(DbSession session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM package_version WHERE state IN ('visible', 'held')");

    public static Task<NextVersion?> NextAsync(DbSession session, string slug, string version) => session.FirstOrDefaultAsync<NextVersion>(
        """
        SELECT v.slug, v.version, v.digest, v.state, p.owner_id, p.trust_level FROM package_version v JOIN package p ON p.slug = v.slug
        WHERE v.state IN ('visible', 'held') AND (v.slug, v.version) > (@slug, @version) ORDER BY v.slug, v.version LIMIT 1
        """,
        new { slug, version });

    public static async Task<ScanRun?> FindAsync(DbSession session, string id) =>
        (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM scan_run WHERE id = @id", new { id }))?.ToRun();

    public static async Task<IReadOnlyList<ScanRun>> ListAsync(DbSession session) =>
        [.. (await session.QueryAsync<Row>($"SELECT {Columns} FROM scan_run ORDER BY started_at DESC, id LIMIT 50")).Select(row => row.ToRun())];

    /// <summary>Takes the oldest run that nobody works on, or keeps the one that the holder has.</summary>
    public static Task<RunPosition?> TakeAsync(DbSession session, string holder, long now, long until) => session.FirstOrDefaultAsync<RunPosition>(
        """
        UPDATE scan_run SET holder = @holder, lease_until = @until
        WHERE id = (SELECT id FROM scan_run WHERE kind = 'packages' AND state = 'running' AND (holder = @holder OR lease_until < @now) ORDER BY started_at, id LIMIT 1)
        RETURNING id, after_slug, after_version
        """,
        new { holder, now, until });

    /// <summary>Notes that a version was looked at. Returns whether the run is still the holder's.</summary>
    public static async Task<bool> AdvanceAsync(DbSession session, string id, string holder, NextVersion at, bool isFailed, bool isWorse, bool isHeld, long until) =>
        await session.ExecuteAsync(
            """
            UPDATE scan_run SET after_slug = @Slug, after_version = @Version, done = done + 1, failed = failed + @isFailed, worse = worse + @isWorse, held = held + @isHeld, lease_until = @until
            WHERE id = @id AND holder = @holder
            """,
            new { id, holder, at.Slug, at.Version, isFailed = isFailed ? 1 : 0, isWorse = isWorse ? 1 : 0, isHeld = isHeld ? 1 : 0, until }) > 0;

    public static Task<int> EndAsync(DbSession session, string id, string holder, long at) =>
        session.ExecuteAsync("UPDATE scan_run SET state = 'ended', ended_at = @at, holder = NULL WHERE id = @id AND holder = @holder", new { id, holder, at });

    private sealed record Row(
        string Id, string Kind, string State, string Reason, string? StartedBy, long StartedAt, long? EndedAt, long Done, long Failed, long Worse, long Held, long Lifted, long Total)
    {
        public ScanRun ToRun() => new(
            Id, State, Reason, StartedBy, DateTimeOffset.FromUnixTimeMilliseconds(StartedAt), EndedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, Total, Done, Failed, Worse, Held)
        {
            Kind = Kind,
            Lifted = Lifted,
        };
    }
}

/// <summary>A version on the way of a run.</summary>
internal sealed record NextVersion(string Slug, string Version, string Digest, string State, string OwnerId, string TrustLevel);

/// <summary>Where a run is.</summary>
internal sealed record RunPosition(string Id, string AfterSlug, string AfterVersion);
