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
/// the event of a transaction that takes longer. Which transactions those are is told by an id that is drawn after the gap
/// was seen: they have smaller ones. The end of a snapshot (<c>pg_snapshot_xmax</c>) does not tell it: it is one more than the
/// newest transaction that has ended, and one with a larger id may already run.
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
        _barrier ??= await BarrierAsync(await database.ReadAsync(session => OutboxRows.NewestAsync(session), cancellationToken), cancellationToken);
        if (await database.ReadAsync(OldestAsync, cancellationToken) < _barrier.Next)
            return false;
        Position = _barrier.UpTo;
        _barrier = null;
        return true;
    }

    /// <summary>The next events, in order; empty when there are none, or none yet.</summary>
    public async Task<IReadOnlyList<PublishedEvent>> NextAsync(CancellationToken cancellationToken)
    {
        // Both of one snapshot: what has ended by then is among the rows.
        var (rows, oldest) = await database.ReadAsync(
            async session => (await OutboxRows.AfterAsync(session, Position, PageSize), await OldestAsync(session)), cancellationToken);
        IsHeld = false;
        var settled = 0;
        while (settled < rows.Count && IsSettled(rows[settled].Sequence, oldest))
            Position = rows[settled++].Sequence;
        if (settled == rows.Count)
            return rows;

        IsHeld = true;
        if (_barrier is null || oldest >= _barrier.Next)
            _barrier = await BarrierAsync(rows[^1].Sequence, cancellationToken);
        return [.. rows.Take(settled)];
    }

    private bool IsSettled(long sequence, long oldest) =>
        sequence == Position + 1
        || database.Kind == DatabaseKind.Sqlite
        || (_barrier is { } barrier && sequence <= barrier.UpTo && oldest >= barrier.Next);

    /// <summary>Whoever drew a number up to this one had its id before now, so it has a smaller one than what is drawn here.</summary>
    private async Task<Barrier> BarrierAsync(long upTo, CancellationToken cancellationToken) => new(upTo, database.Kind == DatabaseKind.Sqlite
        ? 0
        : await database.WriteAsync(session => session.ScalarAsync<long>("SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)"), cancellationToken));

    /// <summary>The oldest transaction that runs; all before it have ended.</summary>
    private static async Task<long> OldestAsync(DbSession session) => session.Kind == DatabaseKind.Sqlite
        ? 0
        : await session.ScalarAsync<long>("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)");

    /// <summary>Up to this number everything is decided once all transactions below this id have ended.</summary>
    private sealed record Barrier(long UpTo, long Next);
}
