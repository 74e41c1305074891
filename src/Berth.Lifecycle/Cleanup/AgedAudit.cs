using Berth.Data.Sessions;

namespace Berth.Lifecycle.Cleanup;

/// <summary>Removes audit rows that are older than they are kept, through the only door there is; for ever unless it is asked for.</summary>
internal sealed class AgedAudit(IDatabase database, LifecycleOptions options) : ICleanupStage
{
    public async Task RunAsync(CleanupRun run, CancellationToken cancellationToken)
    {
        if (options.AuditRetention is not { } kept)
            return;
        var before = (run.Now - kept).ToUnixTimeMilliseconds();
        run.AddRows("audit", kept, run.IsDryRun
            ? await AgedRows.CountAsync(database, "audit", before, cancellationToken)
            : await AgedRows.RemoveAsync(database, "audit", before, (session, last) => RemoveAsync(session, last, before), cancellationToken));
    }

    private static async Task<int> RemoveAsync(DbSession session, long last, long before)
    {
        await session.ExecuteAsync("INSERT INTO audit_door (before_at) VALUES (@before)", new { before });
        var removed = await session.ExecuteAsync("DELETE FROM audit WHERE seq <= @last", new { last });
        await session.ExecuteAsync("DELETE FROM audit_door");
        return removed;
    }
}
