using Berth.Data.Sessions;

namespace Berth.Lifecycle.Events;

/// <summary>
/// Reads the outbox forward and hands a number out only when no smaller one can appear any more.
/// </summary>
/// <remarks>
/// On SQLite there is one writer, so numbers are committed in their order. On PostgreSQL a transaction draws its number
/// before it commits, and another one with a larger number may commit first. A gap is therefore waited for, until every
/// transaction has ended that was running when the gap was seen: a number that is missing then was rolled back. (A
/// transaction has its id before it draws a number, by the trigger of schema 0007.) Waiting for a time instead would lose
/// the event of a transaction that takes longer.
/// </remarks>
internal sealed class SettledOutbox(IDatabase database)
{
    private const int PageSize = 500;
    private Barrier? _barrier;

    /// <summary>The number up to which everything was handed out.</summary>
    public long Position { get; private set; }

    /// <summary>Whether there is more that waits for a running transaction.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Begins after a number up to which everything is known to be decided.</summary>
    public void BeginAt(long position) => (Position, _barrier) = (position, null);

    /// <summary>Begins at the present end. Answers <see langword="false"/> while transactions run that may still add to what is before it.</summary>
    public async Task<bool> TryBeginAsync(CancellationToken cancellationToken)
    {
        var (newest, horizon) = await database.ReadAsync(
            async session => (await OutboxRows.NewestAsync(session), await HorizonAsync(session)), cancellationToken);
        _barrier ??= new Barrier(newest, horizon.Next);
        if (horizon.Oldest < _barrier.Next)
            return false;
        Position = _barrier.UpTo;
        _barrier = null;
        return true;
    }

    /// <summary>The next events, in order; empty when there are none, or none yet.</summary>
    public async Task<IReadOnlyList<PublishedEvent>> NextAsync(CancellationToken cancellationToken)
    {
        var (rows, horizon) = await database.ReadAsync(
            async session => (await OutboxRows.AfterAsync(session, Position, PageSize), await HorizonAsync(session)), cancellationToken);
        IsHeld = false;
        var settled = 0;
        while (settled < rows.Count && IsSettled(rows[settled].Sequence, horizon))
            Position = rows[settled++].Sequence;
        if (settled == rows.Count)
            return rows;

        IsHeld = true;
        if (_barrier is null || horizon.Oldest >= _barrier.Next)
            _barrier = new Barrier(rows[^1].Sequence, horizon.Next);
        return [.. rows.Take(settled)];
    }

    private bool IsSettled(long sequence, Horizon horizon) =>
        sequence == Position + 1
        || database.Kind == DatabaseKind.Sqlite
        || (_barrier is { } barrier && sequence <= barrier.UpTo && horizon.Oldest >= barrier.Next);

    /// <summary>The oldest transaction that runs, and the id that the next one will get: both of the snapshot that is read.</summary>
    private static async Task<Horizon> HorizonAsync(DbSession session) => session.Kind == DatabaseKind.Sqlite
        ? new Horizon(0, 0)
        : (await session.FirstOrDefaultAsync<Horizon>(
            """
            SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) AS oldest,
                   CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT) AS next
            """))!;

    private sealed record Horizon(long Oldest, long Next);

    /// <summary>Up to this number everything is decided once all transactions below this id have ended.</summary>
    private sealed record Barrier(long UpTo, long Next);
}
