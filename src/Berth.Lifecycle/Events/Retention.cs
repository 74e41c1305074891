using Berth.Data.Sessions;

namespace Berth.Lifecycle.Events;

/// <summary>Removes events, and where it is asked for audit rows, that are older than they are kept.</summary>
internal sealed class Retention(IDatabase database, LifecycleOptions options, TimeProvider time)
{
    // Small enough that nobody waits for the writer, and on PostgreSQL no lock lives long.
    private const int Chunk = 1000;

    /// <summary>Returns how many rows went.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var removed = await ChunksAsync(session => EventsAsync(session, (now - options.EventRetention).ToUnixTimeMilliseconds()), cancellationToken);
        if (options.AuditRetention is { } kept)
            removed += await ChunksAsync(session => AuditAsync(session, (now - kept).ToUnixTimeMilliseconds()), cancellationToken);
        return removed;
    }

    private async Task<int> ChunksAsync(Func<DbSession, Task<int>> chunk, CancellationToken cancellationToken)
    {
        var removed = 0;
        while (await database.WriteAsync(chunk, cancellationToken) is var count and > 0)
            removed += count;
        return removed;
    }

    private static async Task<int> EventsAsync(DbSession session, long before)
    {
        // By number, which is the key; the first that is young enough ends it.
        var oldest = await session.QueryAsync<Aged>("SELECT seq, at FROM outbox ORDER BY seq LIMIT @limit", new { limit = Chunk });
        if (oldest.TakeWhile(row => row.At < before).LastOrDefault() is not { } last)
            return 0;
        await session.ExecuteAsync("UPDATE outbox_floor SET seq = @Seq WHERE seq < @Seq", new { last.Seq });
        return await session.ExecuteAsync("DELETE FROM outbox WHERE seq <= @Seq", new { last.Seq });
    }

    private static async Task<int> AuditAsync(DbSession session, long before)
    {
        var oldest = await session.QueryAsync<Aged>("SELECT seq, at FROM audit ORDER BY seq LIMIT @limit", new { limit = Chunk });
        if (oldest.TakeWhile(row => row.At < before).LastOrDefault() is not { } last)
            return 0;
        await session.ExecuteAsync("INSERT INTO audit_door (before_at) VALUES (@before)", new { before });
        var removed = await session.ExecuteAsync("DELETE FROM audit WHERE seq <= @Seq", new { last.Seq });
        await session.ExecuteAsync("DELETE FROM audit_door");
        return removed;
    }

    private sealed record Aged(long Seq, long At);
}
