using Berth.Data.Sessions;

namespace Berth.Lifecycle.Cleanup;

/// <summary>Removes events that are older than they are kept, and notes up to where: a reader that resumes below is told of the gap.</summary>
internal sealed class AgedEvents(IDatabase database, LifecycleOptions options) : ICleanupStage
{
    public async Task RunAsync(CleanupRun run, CancellationToken cancellationToken)
    {
        if (options.EventRetention is not { } kept)
            return;
        var before = (run.Now - kept).ToUnixTimeMilliseconds();
        run.AddRows("event", kept, run.IsDryRun
            ? await AgedRows.CountAsync(database, "outbox", before, cancellationToken)
            : await AgedRows.RemoveAsync(database, "outbox", before, (session, last) => RemoveAsync(session, last, before), cancellationToken));
    }

    private static async Task<int> RemoveAsync(DbSession session, long last, long before)
    {
        // A subscription that has not run for as long as events are kept begins anew.
        await session.ExecuteAsync("DELETE FROM event_cursor WHERE updated_at < @before", new { before });
        await session.ExecuteAsync("UPDATE outbox_floor SET seq = @last WHERE seq < @last", new { last });
        return await session.ExecuteAsync("DELETE FROM outbox WHERE seq <= @last", new { last });
    }
}
