using System.Threading.Channels;

namespace Berth.Lifecycle.Events;

/// <summary>
/// One reader's share of the events. It keeps at most <see cref="Capacity"/>; a reader that is further behind is cut off
/// and resumes from the outbox, so that nobody who reads slowly holds up the others or fills the memory.
/// </summary>
public sealed class EventSubscription : IDisposable
{
    /// <summary>How many events wait for a reader at most.</summary>
    public const int Capacity = 1024;

    private readonly Channel<PublishedEvent> _waiting = Channel.CreateBounded<PublishedEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly TaskCompletionSource<long> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EventFilter _filter;
    private readonly Action<EventSubscription> _leave;
    private long _position;
    private volatile bool _isOverrun;

    internal EventSubscription(EventFilter filter, Action<EventSubscription> leave) => (_filter, _leave) = (filter, leave);

    /// <summary>The number after which <see cref="Live"/> begins; what is before it is read in pages.</summary>
    public Task<long> Started => _started.Task;

    /// <summary>The events as they come. Completed when the reader was cut off.</summary>
    public ChannelReader<PublishedEvent> Live => _waiting.Reader;

    /// <summary>Everything up to this number has been put into <see cref="Live"/>. Read it before <see cref="Live"/> is emptied.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Whether the reader was too slow and was cut off.</summary>
    public bool IsOverrun => _isOverrun;

    /// <summary>Ends it.</summary>
    public void Dispose() => _leave(this);

    internal void Start(long position)
    {
        Volatile.Write(ref _position, position);
        _started.TrySetResult(position);
    }

    internal void Take(IReadOnlyList<PublishedEvent> events, long position)
    {
        if (_isOverrun)
            return;
        foreach (var published in events)
        {
            if (!_filter.Matches(published) || _waiting.Writer.TryWrite(published))
                continue;
            _isOverrun = true;
            _waiting.Writer.TryComplete();
            return;
        }

        Volatile.Write(ref _position, position);
    }
}
