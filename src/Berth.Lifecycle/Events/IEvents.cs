namespace Berth.Lifecycle.Events;

/// <summary>The events of the outbox in the order of their numbers, without gap and without duplicate.</summary>
public interface IEvents
{
    /// <summary>Begins to keep the events that match, from now on. Whoever subscribes reads, or is cut off.</summary>
    EventSubscription Subscribe(EventFilter filter);

    /// <summary>Whether something is missing for whoever has read up to a number.</summary>
    Task<EventGap?> FindGapAsync(long after, CancellationToken cancellationToken = default);

    /// <summary>A page of what was committed before, for catching up: numbers above the one and up to the other.</summary>
    Task<EventPage> PageAsync(EventFilter filter, long after, long upTo, CancellationToken cancellationToken = default);

    /// <summary>The newest events below a number, newest first, for looking back; at most <paramref name="limit"/>.</summary>
    /// <returns>The events, and in <see cref="EventPage.ReadTo"/> where the next page begins; 0 at the end.</returns>
    Task<EventPage> LookBackAsync(EventFilter filter, long before, int limit, CancellationToken cancellationToken = default);
}

/// <summary>An event as the outbox holds it.</summary>
/// <param name="Sequence">Its number; grows.</param>
/// <param name="Type">The CloudEvents type.</param>
/// <param name="Subject">What it is about, for example a plugin id.</param>
/// <param name="UserId">Whose it is; <see langword="null"/> for what only administrators see.</param>
/// <param name="At">When, in Unix milliseconds.</param>
/// <param name="DataJson">The data, a JSON object.</param>
/// <param name="RaisedBy">Which process's host raised it; <see langword="null"/> for what was written with its deed.</param>
public sealed record PublishedEvent(long Sequence, string Type, string Subject, string? UserId, long At, string DataJson, string? RaisedBy = null);

/// <summary>A page of events.</summary>
/// <param name="Events">Those that match.</param>
/// <param name="ReadTo">Up to which number was looked.</param>
public sealed record EventPage(IReadOnlyList<PublishedEvent> Events, long ReadTo);

/// <summary>Events that are not there any more.</summary>
/// <param name="Requested">What the reader has read last.</param>
/// <param name="ContinuesAfter">The number after which it goes on.</param>
public sealed record EventGap(long Requested, long ContinuesAfter);
