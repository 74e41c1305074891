using Berth.Data.Sessions;
using Berth.Lifecycle.Events;

namespace Berth.Lifecycle.Webhooks;

/// <summary>
/// Makes deliveries of events: each event once for each webhook that wants it, because its rows and the place up to where
/// it was read are one transaction.
/// </summary>
internal sealed class WebhookFanOut(IDatabase database, SendingLease lease, TimeProvider time)
{
    /// <summary>After how many events that nobody wants the place is written all the same.</summary>
    private const int UnwantedAtMost = 1000;

    private readonly SettledOutbox _outbox = new(database);
    private long _written;
    private long _begin;

    /// <summary>Begins again at what the database knows, and skips what is older than every webhook there is.</summary>
    public async Task BeginAtAsync(long position, CancellationToken cancellationToken)
    {
        var webhooks = await database.ReadAsync(session => WebhookRows.SendableAsync(session), cancellationToken);
        var oldest = webhooks.Count == 0 ? 0 : webhooks.Min(row => row.BeginsAfter);
        (_written, _begin) = (position, Math.Max(position, oldest));
        _outbox.BeginAt(_begin);
    }

    /// <summary>Takes the next events. Answers whether there may be more at once.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TakeAsync(cancellationToken);
        }
        catch
        {
            // What was read and not written is read again.
            _outbox.BeginAt(_begin);
            throw;
        }
    }

    private async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        var events = await _outbox.NextAsync(cancellationToken);
        if (events.Count == 0)
            return false;
        // After the events: a webhook that was there before an event is seen with it.
        var webhooks = new WebhookIndex(await database.ReadAsync(session => WebhookRows.SendableAsync(session), cancellationToken));
        var now = time.GetUtcNow();
        var rows = events.SelectMany(published => webhooks.Wanting(published).Select(id => DeliveryRow.Of(id, "event", published, now))).ToList();
        var to = events[^1].Sequence;
        if (rows.Count == 0 && to - _written < UnwantedAtMost)
            return true;
        var hasMoved = await database.WriteAsync(async session => await TryWriteAsync(session, rows, to), cancellationToken);
        if (hasMoved)
            _written = _begin = to;
        else
            _outbox.BeginAt(_begin);
        return hasMoved;
    }

    private async Task<bool> TryWriteAsync(DbSession session, IReadOnlyList<DeliveryRow> rows, long to)
    {
        if (!await SenderRows.TryMoveAsync(session, lease.Holder, _written, to))
            return false;
        foreach (var row in rows)
        {
            // Its owner may have removed it since it was read.
            if (await WebhookRows.FindAsync(session, row.WebhookId) is not null)
                await DeliveryRows.InsertAsync(session, row);
        }

        return true;
    }
}
