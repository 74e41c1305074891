using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Berth.Host.Events;

/// <summary>
/// What waits for one reader, in order. Bounded for ordinary events, of which the oldest makes room; never for protected
/// ones. No channel of the framework drops by kind, hence one of our own; the framework's carries the wake-up, so that adding
/// runs nobody's code and may happen under a lock.
/// </summary>
internal sealed class EventQueue(int capacity, TimeProvider time) : ChannelReader<HostEvent>
{
    private static readonly TimeSpan BetweenTellings = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly LinkedList<HostEvent> _waiting = new();
    private readonly Queue<LinkedListNode<HostEvent>> _ordinary = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _isClosed;
    private long _delivered;
    private long _dropped;
    private long _untold;
    private long? _toldAt;

    public override Task Completion => _wake.Reader.Completion;

    public override bool CanCount => true;

    public override int Count
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Answers how many dropped events it is time to tell of; 0 for none.</summary>
    public long Add(HostEvent happened)
    {
        long tell;
        lock (_gate)
        {
            if (_isClosed)
                return 0;
            var node = _waiting.AddLast(happened);
            if (!happened.IsProtected)
                AddOrdinary(node);
            tell = TakeUntold();
        }

        _wake.Writer.TryWrite(true);
        return tell;
    }

    public override bool TryRead([MaybeNullWhen(false)] out HostEvent item)
    {
        lock (_gate)
        {
            if (_waiting.First is not { } first)
            {
                item = null;
                return false;
            }

            item = first.Value;
            _waiting.RemoveFirst();
            // The first of all is also the first of its kind.
            if (!item.IsProtected)
                _ordinary.Dequeue();
            _delivered++;
            return true;
        }
    }

    public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
            {
                if (_waiting.Count > 0)
                    return true;
                if (_isClosed)
                    return false;
            }

            if (await _wake.Reader.WaitToReadAsync(cancellationToken))
                _wake.Reader.TryRead(out _);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _waiting.Clear();
            _ordinary.Clear();
        }

        _wake.Writer.TryComplete();
        _wake.Reader.TryRead(out _);
    }

    public EventReaderStatistics ToStatistics(string name, int ofCapacity)
    {
        lock (_gate)
            return new EventReaderStatistics(name, _waiting.Count, ofCapacity, _delivered, _dropped);
    }

    private void AddOrdinary(LinkedListNode<HostEvent> node)
    {
        _ordinary.Enqueue(node);
        if (_ordinary.Count <= capacity)
            return;
        _waiting.Remove(_ordinary.Dequeue());
        _dropped++;
        _untold++;
    }

    /// <summary>The first loss is told at once, later ones together: telling of a flood must not become one.</summary>
    private long TakeUntold()
    {
        if (_untold == 0 || (_toldAt is { } at && time.GetElapsedTime(at) < BetweenTellings))
            return 0;
        var tell = _untold;
        (_untold, _toldAt) = (0, time.GetTimestamp());
        return tell;
    }
}
