using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Scanning;

namespace Berth.Registry.Advisories.Rechecking;

/// <summary>The table <c>scan_recheck</c>: versions whose dependencies are to be judged again, and the runs that they belong to.</summary>
internal static class RecheckRows
{
    /// <summary>Begins a run without anything to do; part of the transaction that queues its first version.</summary>
    public static async Task BeginAsync(DbSession session, string runId, string reason, string userId, long at)
    {
        await session.ExecuteAsync(
            "INSERT INTO scan_run (id, kind, state, reason, started_by, started_at, total) VALUES (@runId, 'dependencies', 'running', @reason, @userId, @at, 0)",
            new { runId, reason, userId, at });
        await RegistryRecords.AddAuditAsync(session, at, userId, "scan.start", runId, JsonSerializer.Serialize(new { reason, kind = "dependencies" }));
    }

    /// <summary>Adds a version to a run, also to one that has ended: it goes on then.</summary>
    public static Task<int> AddAsync(DbSession session, string runId, string slug, string version) =>
        session.ExecuteAsync("INSERT INTO scan_recheck (run_id, slug, version) VALUES (@runId, @slug, @version) ON CONFLICT DO NOTHING", new { runId, slug, version });

    /// <summary>Versions that were looked at when the registry had no advisories at all.</summary>
    public static async Task<IReadOnlyList<(string Slug, string Version)>> NotConfiguredAsync(DbSession session) =>
        [.. (await session.QueryAsync<QueuedRow>("SELECT slug, version FROM scan_report WHERE scanner = 'dependencies' AND outcome = 'not_configured'")).Select(row => (row.Slug, row.Version))];

    /// <summary>Takes the oldest run that has something left and that nobody works on, or keeps the one that the holder has.</summary>
    public static Task<string?> TakeAsync(DbSession session, string holder, long now, long until) => session.FirstOrDefaultAsync<string>(
        """
        UPDATE scan_run SET holder = @holder, lease_until = @until, state = 'running', ended_at = NULL
        WHERE id = (SELECT r.id FROM scan_run r
                    WHERE r.kind = 'dependencies' AND (r.holder IS NULL OR r.holder = @holder OR r.lease_until < @now)
                      AND EXISTS (SELECT 1 FROM scan_recheck q WHERE q.run_id = r.id)
                    ORDER BY r.started_at, r.id LIMIT 1)
        RETURNING id
        """,
        new { holder, now, until });

    /// <summary>Keeps a run in hand for a batch. Whether it is still the holder's; until the end of the transaction it is nobody else's.</summary>
    public static async Task<bool> KeepAsync(DbSession session, string runId, string holder, long until) =>
        await session.ExecuteAsync("UPDATE scan_run SET lease_until = @until WHERE id = @runId AND holder = @holder", new { runId, holder, until }) > 0;

    /// <summary>Takes the next versions out of the queue; they are done when the transaction is.</summary>
    public static async Task<IReadOnlyList<(string Slug, string Version)>> DequeueAsync(DbSession session, string runId, int most)
    {
        var next = await session.QueryAsync<QueuedRow>("SELECT slug, version FROM scan_recheck WHERE run_id = @runId ORDER BY slug, version LIMIT @most", new { runId, most });
        foreach (var row in next)
            await session.ExecuteAsync("DELETE FROM scan_recheck WHERE run_id = @runId AND slug = @Slug AND version = @Version", new { runId, row.Slug, row.Version });
        return [.. next.Select(row => (row.Slug, row.Version))];
    }

    /// <summary>The version, held fast against another judgement at the same time; <see langword="null"/> when it is not offered or waiting any more.</summary>
    public static Task<NextVersion?> FindAsync(DbSession session, string slug, string version) => session.FirstOrDefaultAsync<NextVersion>(
        $"""
        SELECT v.slug, v.version, v.digest, v.state, p.owner_id, p.trust_level FROM package_version v JOIN package p ON p.slug = v.slug
        WHERE v.slug = @slug AND v.version = @version AND v.state IN ('visible', 'held'){(session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE OF v" : "")}
        """,
        new { slug, version });

    /// <summary>Notes what a batch came to, and ends the run with its last one.</summary>
    public static Task<int> AdvanceAsync(DbSession session, string runId, RecheckTally tally, long at) => session.ExecuteAsync(
        """
        UPDATE scan_run SET done = done + @Done, failed = failed + @Failed, worse = worse + @Worse, held = held + @Held, lifted = lifted + @Lifted,
            state = CASE WHEN EXISTS (SELECT 1 FROM scan_recheck q WHERE q.run_id = @runId) THEN state ELSE 'ended' END,
            ended_at = CASE WHEN EXISTS (SELECT 1 FROM scan_recheck q WHERE q.run_id = @runId) THEN NULL ELSE CAST(@at AS BIGINT) END,
            holder = CASE WHEN EXISTS (SELECT 1 FROM scan_recheck q WHERE q.run_id = @runId) THEN holder ELSE NULL END
        WHERE id = @runId
        """,
        new { runId, tally.Done, tally.Failed, tally.Worse, tally.Held, tally.Lifted, at });

    private sealed record QueuedRow(string Slug, string Version);
}

/// <summary>What a batch came to.</summary>
internal sealed record RecheckTally(int Done, int Failed, int Worse, int Held, int Lifted);
