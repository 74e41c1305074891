using System.Threading.Channels;

namespace Berth.Host.Events;

/// <summary>One reader's share of the events. For one consumer at a time.</summary>
public sealed class EventReader : IDisposable
{
    private readonly EventQueue _queue;
    private readonly BusFilter _filter;
    private readonly int _capacity;
    private readonly Action<EventReader> _leave;

    internal EventReader(string name, BusFilter filter, int capacity, TimeProvider time, Action<EventReader> leave)
    {
        (Name, _filter, _capacity, _leave) = (name, filter, capacity, leave);
        _queue = new EventQueue(capacity, time);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The events as they come. Completed by <see cref="Dispose"/>, and empty from then on.</summary>
    public ChannelReader<HostEvent> Events => _queue;

    /// <summary>Ends it: nothing arrives any more and nothing is held, also when an event is being raised at this moment.</summary>
    public void Dispose()
    {
        _leave(this);
        _queue.Close();
    }

    /// <summary>Answers how many dropped events it is time to tell of; 0 for none.</summary>
    internal long Offer(HostEvent happened) => _filter.Matches(happened) ? _queue.Add(happened) : 0;

    internal EventReaderStatistics ToStatistics() => _queue.ToStatistics(Name, _capacity);
}
