using Berth.Data.Sessions;
using Berth.Lifecycle.Audit;

namespace Berth.Lifecycle.Cleanup;

/// <summary>Removes audit rows that are older than they are kept, whole seals at a time, through the only door there is; for ever unless it is asked for.</summary>
internal sealed class AgedAudit(IDatabase database, LifecycleOptions options) : ICleanupStage
{
    public async Task RunAsync(CleanupRun run, CancellationToken cancellationToken)
    {
        if (options.AuditRetention is not { } kept)
            return;
        var before = (run.Now - kept).ToUnixTimeMilliseconds();
        var last = await database.ReadAsync(session => LastAsync(session, before), cancellationToken);
        if (run.IsDryRun)
        {
            run.AddRows("audit", kept, await database.ReadAsync(session => AuditSealRows.CountCutAsync(session, last), cancellationToken));
            return;
        }

        var removed = 0L;
        while (await database.WriteAsync(session => RemoveAsync(session, last, before), cancellationToken) is > 0 and var some)
            removed += some;
        run.AddRows("audit", kept, removed);
    }

    /// <summary>The last number before the first row that is young enough; 0 when that is the first.</summary>
    private static async Task<long> LastAsync(DbSession session, long before) =>
        (await session.ScalarAsync<long?>("SELECT seq FROM audit WHERE at >= @before ORDER BY seq LIMIT 1", new { before }) is { } young
            ? young - 1
            : await session.ScalarAsync<long?>("SELECT MAX(seq) FROM audit")) ?? 0;

    private static async Task<int> RemoveAsync(DbSession session, long last, long before)
    {
        // What nobody has sealed yet is sealed with it: at its age it is decided.
        while (await AuditSealRows.NextAsync(session, last, before) is { } seal && await AuditSealRows.InsertAsync(session, seal))
        {
        }

        await session.ExecuteAsync("INSERT INTO audit_door (before_at) VALUES (@before)", new { before });
        var removed = await AuditSealRows.CutAsync(session, last);
        await session.ExecuteAsync("DELETE FROM audit_door");
        return removed;
    }
}
