using System.Globalization;
using Berth.Data.Sessions;

namespace Berth.Lifecycle.Cleanup;

/// <summary>Removes deliveries of webhooks, with their attempts, that are older than the log is kept.</summary>
internal sealed class AgedDeliveries(IDatabase database, LifecycleOptions options) : ICleanupStage
{
    public async Task RunAsync(CleanupRun run, CancellationToken cancellationToken)
    {
        if (options.WebhookRetention is not { } kept)
            return;
        // Their ids begin with their time.
        var bound = (run.Now - kept).ToUnixTimeMilliseconds().ToString("x12", CultureInfo.InvariantCulture);
        run.AddRows("webhook-delivery", kept, run.IsDryRun
            ? await database.ReadAsync(session => session.ScalarAsync<long>("SELECT COUNT(*) FROM webhook_delivery WHERE id < @bound", new { bound }), cancellationToken)
            : await RemoveAsync(bound, cancellationToken));
    }

    private async Task<long> RemoveAsync(string bound, CancellationToken cancellationToken)
    {
        long removed = 0;
        while (await database.ReadAsync(session => session.QueryAsync<string>(
            $"SELECT id FROM webhook_delivery WHERE id < @bound ORDER BY id LIMIT {AgedRows.Batch}", new { bound }), cancellationToken) is { Count: > 0 } ids)
        {
            removed += await database.WriteAsync(
                session => session.ExecuteAsync("DELETE FROM webhook_delivery WHERE id >= @first AND id <= @last", new { first = ids[0], last = ids[^1] }), cancellationToken);
        }

        return removed;
    }
}
