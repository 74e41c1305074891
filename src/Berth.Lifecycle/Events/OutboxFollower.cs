using System.Runtime.CompilerServices;
using Berth.Data.Sessions;

namespace Berth.Lifecycle.Events;

/// <summary>
/// Follows the outbox from a number on, for ever and without a gap: in pages what was before, then what comes; in pages again
/// after it was cut off for being slow. While the database is away it waits.
/// </summary>
internal sealed class OutboxFollower(IEvents events, EventFilter filter, TimeProvider time)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    /// <summary>Begins to keep events before it first yields.</summary>
    /// <param name="beginAfter">Tells the number to begin after; <see langword="null"/> for now.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<OutboxStep> FollowAsync(Func<CancellationToken, Task<long?>> beginAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? position = null;
        while (true)
        {
            using var subscription = events.Subscribe(filter);
            position ??= await beginAfter(cancellationToken);
            var live = await subscription.Started.WaitAsync(cancellationToken);
            var read = position ?? live;
            yield return new OutboxStep(null, read);
            while (read < live)
            {
                var page = await PageAsync(read, live, cancellationToken);
                foreach (var published in page.Events)
                    yield return new OutboxStep(published, published.Sequence);
                read = page.ReadTo;
                yield return new OutboxStep(null, read);
            }

            var isQuiet = false;
            while (true)
            {
                // Read before the events: all that is up to here has been put into the channel, which is emptied next.
                var emptied = subscription.Position;
                while (subscription.Live.TryRead(out var published))
                {
                    if (published.Sequence <= read)
                        continue;
                    read = published.Sequence;
                    yield return new OutboxStep(published, read);
                }

                if (subscription.IsOverrun)
                    break;
                if (emptied > read || isQuiet)
                    yield return new OutboxStep(null, read = Math.Max(read, emptied));
                isQuiet = !await WaitAsync(subscription, cancellationToken);
            }

            position = read;
        }
    }

    // Now and then without an event, so that a subscription to what seldom happens does not stay behind.
    private async Task<bool> WaitAsync(EventSubscription subscription, CancellationToken cancellationToken)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task coming = subscription.Live.WaitToReadAsync(quiet.Token).AsTask();
        var hasCome = await Task.WhenAny(coming, Task.Delay(Quiet, time, quiet.Token)) == coming;
        await quiet.CancelAsync();
        await coming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return hasCome;
    }

    private async Task<EventPage> PageAsync(long after, long upTo, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await events.PageAsync(filter, after, upTo, cancellationToken);
            }
            catch (DatabaseUnavailableException)
            {
                await Task.Delay(Again, time, cancellationToken);
            }
        }
    }
}

/// <summary>A step of whoever follows the outbox.</summary>
/// <param name="Event">The next event; <see langword="null"/> when there was none that is wanted.</param>
/// <param name="Position">The number up to which there is nothing else.</param>
internal sealed record OutboxStep(PublishedEvent? Event, long Position);
