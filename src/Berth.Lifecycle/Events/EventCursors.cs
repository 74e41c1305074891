using Berth.Data.Sessions;

namespace Berth.Lifecycle.Events;

/// <summary>How far durable subscriptions have come.</summary>
internal sealed class EventCursors(IDatabase database, TimeProvider time)
{
    /// <summary>The number up to which everything was handled; <see langword="null"/> for a subscription that is new.</summary>
    public Task<long?> FindAsync(string name, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarAsync<long?>("SELECT seq FROM event_cursor WHERE name = @name", new { name }), cancellationToken);

    /// <summary>
    /// Saves it. Never backwards: two nodes that serve one subscription have each handled all up to where they are.
    /// </summary>
    public Task SaveAsync(string name, long sequence, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync(
            """
            INSERT INTO event_cursor (name, seq, updated_at) VALUES (@name, @sequence, @now)
            ON CONFLICT (name) DO UPDATE SET
                seq = CASE WHEN event_cursor.seq > excluded.seq THEN event_cursor.seq ELSE excluded.seq END,
                updated_at = excluded.updated_at
            """,
            new { name, sequence, now = time.GetUtcNow().ToUnixTimeMilliseconds() }),
        cancellationToken);
}
