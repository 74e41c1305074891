using Berth.Data.Sessions;

namespace Berth.Lifecycle.Cleanup;

/// <summary>
/// Removes ended entries of the journal that are older than they are kept, and that nothing will ask for: not the newest
/// install of a plugin that is installed (recovery records are made of it), not what belongs to a group or to an operation
/// for many users that still runs. What has to stay is passed over; once a day it is looked at again.
/// </summary>
internal sealed class AgedOperations(IDatabase database, LifecycleOptions options) : ICleanupStage
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromDays(1);

    private const string IsNeeded =
        """
        (o.kind = 'install' AND o.state = 'succeeded'
            AND EXISTS (SELECT 1 FROM plugin p WHERE p.user_id = o.user_id AND p.plugin_slug = o.plugin_slug)
            AND NOT EXISTS (SELECT 1 FROM operation n WHERE n.user_id = o.user_id AND n.created_at > o.created_at
                AND n.plugin_slug = o.plugin_slug AND n.kind = 'install' AND n.state = 'succeeded'))
        OR EXISTS (SELECT 1 FROM operation g WHERE g.id = o.parent_id AND g.state = 'running')
        OR EXISTS (SELECT 1 FROM operation c WHERE c.parent_id = o.id AND c.state = 'running')
        OR (o.idempotency_key LIKE 'bulk:%' AND EXISTS (
            SELECT 1 FROM operation b WHERE b.kind = 'bulk' AND b.state = 'running' AND o.idempotency_key LIKE 'bulk:' || b.id || ':%'))
        """;

    private Place _from = new("", DateTimeOffset.MinValue);

    public async Task RunAsync(CleanupRun run, CancellationToken cancellationToken)
    {
        if (options.OperationRetention is not { } kept)
            return;
        var before = (run.Now - kept).ToUnixTimeMilliseconds();
        // Only the cleanup, one run after another, moves the place; a dry run begins where the run would.
        var begun = run.Now - _from.Since >= LookAgain ? new Place("", run.Now) : _from;
        var (count, after) = (0L, begun.After);
        while (await PageAsync(after, before, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Id;
            var ids = page.Where(row => row.IsNeeded == 0).Select(row => row.Id).ToList();
            count += run.IsDryRun || ids.Count == 0 ? ids.Count : await RemoveAsync(ids, cancellationToken);
        }

        if (!run.IsDryRun)
            _from = begun with { After = after };
        run.AddRows("operation", kept, count);
    }

    /// <summary>The next entries in the order of their ids, which is that of their begin, as long as they are old enough.</summary>
    private async Task<IReadOnlyList<JournalRow>> PageAsync(string after, long before, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync<JournalRow>(
                $"""
                SELECT o.id, o.created_at, CAST(CASE WHEN o.state = 'running' OR o.updated_at >= @before OR {IsNeeded} THEN 1 ELSE 0 END AS BIGINT) AS is_needed
                FROM operation o WHERE o.id > @after ORDER BY o.id LIMIT {AgedRows.Batch}
                """,
                new { after, before }),
            cancellationToken);
        return [.. rows.TakeWhile(row => row.CreatedAt < before)];
    }

    private Task<int> RemoveAsync(List<string> ids, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync("DELETE FROM operation WHERE id IN @ids AND state <> 'running'", new { ids }), cancellationToken);

    /// <summary>How far a look at everything has come.</summary>
    /// <param name="After">Up to this id everything has been looked at.</param>
    /// <param name="Since">When that was begun from the start.</param>
    private sealed record Place(string After, DateTimeOffset Since);

    private sealed record JournalRow(string Id, long CreatedAt, long IsNeeded);
}
