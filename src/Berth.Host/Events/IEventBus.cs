namespace Berth.Host.Events;

/// <summary>The events of this process, for whoever reads them as they happen. The outbox is where they are kept.</summary>
public interface IEventBus
{
    /// <summary>
    /// Begins to keep the events that match for a reader, from now on. The oldest ordinary event makes room when
    /// <paramref name="capacity"/> of them wait; protected ones are kept however many there are.
    /// </summary>
    /// <param name="name">Names the reader in figures and in <see cref="Berth.Events.EventsDropped"/>.</param>
    /// <param name="filter">Which events.</param>
    /// <param name="capacity">How many ordinary events wait at most.</param>
    EventReader Subscribe(string name, BusFilter filter, int capacity = 1024);

    /// <summary>Hands out what was read from the outbox, to the readers that want stored events. Never blocks, never throws.</summary>
    void Relay(HostEvent stored);

    /// <summary>What happened since the start, and how far each reader is.</summary>
    EventBusStatistics Statistics { get; }
}

/// <summary>Figures of the bus.</summary>
/// <param name="Raised">Events since the start.</param>
/// <param name="Readers">Those that read now, by name.</param>
public sealed record EventBusStatistics(long Raised, IReadOnlyList<EventReaderStatistics> Readers);

/// <summary>Figures of one reader.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Depth">Events that wait for it.</param>
/// <param name="Capacity">How many ordinary ones may wait.</param>
/// <param name="Delivered">Events that it has taken.</param>
/// <param name="Dropped">Events that it never got because it was too slow.</param>
public sealed record EventReaderStatistics(string Name, int Depth, int Capacity, long Delivered, long Dropped);
