using Berth.Events;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Events;

/// <summary>Hands each event to the readers that want it. Raising takes no lock but a reader's own, for the length of an insertion.</summary>
internal sealed partial class EventBus(TimeProvider time, ILogger<EventBus> logger) : IHostEvents, IEventBus
{
    private readonly Lock _gate = new();
    private volatile EventReader[] _readers = [];
    private long _raised;

    /// <summary>Hears of the events that the bus raises itself; everybody else's pass the metrics on their way here.</summary>
    public Action<BerthEvent>? RaisedItself { get; set; }

    public EventBusStatistics Statistics => new(
        Interlocked.Read(ref _raised),
        [.. _readers.Select(reader => reader.ToStatistics()).OrderBy(reader => reader.Name, StringComparer.Ordinal)]);

    public EventReader Subscribe(string name, BusFilter filter, int capacity = 1024)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var reader = new EventReader(name, filter, capacity, time, Leave);
        lock (_gate)
            _readers = [.. _readers, reader];
        return reader;
    }

    public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null)
    {
        try
        {
            // Outside of the catalogue nobody could read it: a fault of the host, which must not become its caller's.
            if (EventCatalogue.DescriptionOf(happened.GetType()) is not { } description)
                LogUnknown(happened.GetType().FullName);
            else
                HandOut(new HostEvent(description.Type, happened, time.GetUtcNow(), plugin, userId));
        }
        catch (Exception exception)
        {
            LogLost(exception);
        }
    }

    public void Relay(HostEvent stored)
    {
        try
        {
            HandOut(stored);
        }
        catch (Exception exception)
        {
            LogLost(exception);
        }
    }

    private void HandOut(HostEvent happened)
    {
        Interlocked.Increment(ref _raised);
        foreach (var reader in _readers)
        {
            if (reader.Offer(happened) is > 0 and var dropped)
            {
                var told = new EventsDropped(reader.Name, dropped);
                RaisedItself?.Invoke(told);
                Raise(told);
            }
        }
    }

    private void Leave(EventReader reader)
    {
        lock (_gate)
            _readers = [.. _readers.Where(other => other != reader)];
    }

    [LoggerMessage(1201, LogLevel.Error, "{Record} was raised and is no record of the catalogue of events; nobody hears of it")]
    private partial void LogUnknown(string? record);

    [LoggerMessage(1202, LogLevel.Error, "An event could not be handed out")]
    private partial void LogLost(Exception exception);
}
