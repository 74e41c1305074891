using Berth.Data.Sessions;

namespace Berth.Lifecycle.Cleanup;

/// <summary>
/// The old beginning of a table that is numbered in the order of time, removed a batch at a time: small enough that nobody
/// waits for the writer, and on PostgreSQL no lock lives long. What is too young is found without the writer.
/// </summary>
internal static class AgedRows
{
    public const int Batch = 1000;

    /// <summary>How many rows a run would remove.</summary>
    public static Task<long> CountAsync(IDatabase database, string table, long before, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.ScalarAsync<long?>($"SELECT seq FROM {table} WHERE at >= @before ORDER BY seq LIMIT 1", new { before }) is { } young
            ? await session.ScalarAsync<long>($"SELECT COUNT(*) FROM {table} WHERE seq < @young", new { young })
            : await session.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"),
        cancellationToken);

    /// <summary>Removes them and returns how many.</summary>
    /// <param name="removeAsync">Deletes everything up to a number, in one transaction.</param>
    public static async Task<long> RemoveAsync(
        IDatabase database, string table, long before, Func<DbSession, long, Task<int>> removeAsync, CancellationToken cancellationToken)
    {
        var removed = 0L;
        while (await LastOfBatchAsync(database, table, before, cancellationToken) is { } last)
            removed += await database.WriteAsync(session => removeAsync(session, last), cancellationToken);
        return removed;
    }

    /// <summary>By number, which is the key; the first row that is young enough ends it.</summary>
    private static async Task<long?> LastOfBatchAsync(IDatabase database, string table, long before, CancellationToken cancellationToken)
    {
        var oldest = await database.ReadAsync(
            session => session.QueryAsync<Aged>($"SELECT seq, at FROM {table} ORDER BY seq LIMIT {Batch}"), cancellationToken);
        return oldest.TakeWhile(row => row.At < before).LastOrDefault()?.Seq;
    }

    private sealed record Aged(long Seq, long At);
}
