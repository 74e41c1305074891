using Berth.Data.Sessions;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Events;

/// <summary>
/// Follows the outbox for all readers of this node: one task while somebody reads, none otherwise. It looks after each
/// commit of this process and, for what other nodes commit, every second.
/// </summary>
internal sealed partial class OutboxFeed(IDatabase database, CommitSignal signal, TimeProvider time, ILogger<OutboxFeed> logger) : IEvents, IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private const int MostWaits = 50;
    private const int PageSize = 500;
    private readonly Lock _lock = new();
    private readonly HashSet<EventSubscription> _readers = [];
    private readonly CancellationTokenSource _stopping = new();
    private SettledOutbox? _outbox;
    private bool _hasBegun;
    private long _position;
    private Task _following = Task.CompletedTask;

    public EventSubscription Subscribe(EventFilter filter)
    {
        var reader = new EventSubscription(filter, Leave);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            _readers.Add(reader);
            if (_outbox is null)
            {
                (_outbox, _hasBegun) = (new SettledOutbox(database), false);
                var outbox = _outbox;
                _following = Task.Run(() => FollowAsync(outbox, _stopping.Token));
            }
            else if (_hasBegun)
            {
                reader.Start(_position);
            }
        }

        return reader;
    }

    public Task<EventGap?> FindGapAsync(long after, CancellationToken cancellationToken = default) => database.ReadAsync(
        async session =>
        {
            var floor = await OutboxRows.FloorAsync(session);
            if (after < floor)
                return new EventGap(after, floor);
            // A number that was never given out here: the database is a restored, older one.
            var newest = Math.Max(floor, await OutboxRows.NewestAsync(session));
            return after > newest ? new EventGap(after, newest) : null;
        },
        cancellationToken);

    public async Task<EventPage> PageAsync(EventFilter filter, long after, long upTo, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(session => OutboxRows.BetweenAsync(session, filter.UserId, after, upTo, PageSize), cancellationToken);
        return new EventPage([.. rows.Where(filter.Matches)], rows.Count < PageSize ? upTo : rows[^1].Sequence);
    }

    public async Task<EventPage> LookBackAsync(EventFilter filter, long before, int limit, CancellationToken cancellationToken = default)
    {
        List<PublishedEvent> found = [];
        while (found.Count < limit)
        {
            var rows = await database.ReadAsync(session => OutboxRows.BeforeAsync(session, filter.UserId, before, PageSize), cancellationToken);
            foreach (var row in rows)
            {
                before = row.Sequence;
                if (filter.Matches(row))
                    found.Add(row);
                if (found.Count == limit)
                    return new EventPage(found, before);
            }

            if (rows.Count < PageSize)
                return new EventPage(found, 0);
        }

        return new EventPage(found, before);
    }

    public async ValueTask DisposeAsync()
    {
        Task following;
        lock (_lock)
            following = _following;
        if (!_stopping.IsCancellationRequested)
            await _stopping.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Leave(EventSubscription reader)
    {
        lock (_lock)
            _readers.Remove(reader);
    }

    private async Task FollowAsync(SettledOutbox outbox, CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = Poll;
            var committed = signal.NextAsync();
            try
            {
                if (_hasBegun)
                {
                    var events = await outbox.NextAsync(cancellationToken);
                    if (HandOut(outbox, events))
                        return;
                    if (events.Count > 0)
                    {
                        await GiveTimeAsync(cancellationToken);
                        continue;
                    }

                    wait = outbox.IsHeld ? Held : Poll;
                }
                else if (await outbox.TryBeginAsync(cancellationToken))
                {
                    Begin(outbox.Position);
                    continue;
                }
                else
                {
                    wait = Held;
                }
            }
            catch (DatabaseUnavailableException exception)
            {
                LogAway(exception);
            }

            var pause = Task.Delay(wait, time, cancellationToken);
            await (wait == Poll ? Task.WhenAny(committed, pause) : pause);
            cancellationToken.ThrowIfCancellationRequested();
            // Many commits, one look: somebody always reads, and a storm of operations must not pay a read for each.
            if (committed.IsCompleted)
                await Task.Delay(Step, time, cancellationToken);
        }
    }

    /// <summary>
    /// Lets readers that do read catch up before the next page. A reader that stands still delays the others this once;
    /// then it is cut off.
    /// </summary>
    private async Task GiveTimeAsync(CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostWaits && IsAnyoneBehind(); tries++)
            await Task.Delay(Step, time, cancellationToken);
    }

    private bool IsAnyoneBehind()
    {
        lock (_lock)
            return _readers.Any(reader => reader is { IsOverrun: false, Live.Count: > EventSubscription.Capacity - PageSize });
    }

    private void Begin(long position)
    {
        lock (_lock)
        {
            (_hasBegun, _position) = (true, position);
            foreach (var reader in _readers)
                reader.Start(position);
        }
    }

    /// <summary>Answers whether nobody reads any more, so that this task ends; the next reader starts another one.</summary>
    private bool HandOut(SettledOutbox outbox, IReadOnlyList<PublishedEvent> events)
    {
        lock (_lock)
        {
            _position = outbox.Position;
            foreach (var reader in _readers)
                reader.Take(events, _position);
            if (_readers.Count > 0)
                return false;
            _outbox = null;
            return true;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; events are delivered when it is back")]
    private partial void LogAway(Exception exception);
}
