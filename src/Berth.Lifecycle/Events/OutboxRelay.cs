using Berth.Host.Events;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Events;

/// <summary>
/// Brings to the bus what others wrote to the outbox: operations, the registry, and what plugins publish on other nodes. Not
/// what this process's host raised, which has been on the bus, and not what happens to the instances of another node.
/// </summary>
internal sealed class OutboxRelay(IEvents events, IEventBus bus, HostEventWriter writer, TimeProvider time, ILogger<OutboxRelay> logger)
    : OutboxService(events, new EventFilter(), time, logger)
{
    protected override void Take(PublishedEvent row)
    {
        if (IsNews(row) && StoredEvents.Read(row) is { } happened)
            bus.Relay(happened);
    }

    private bool IsNews(PublishedEvent row) => row.RaisedBy is null
        || (string.Equals(row.Type, "berth.plugin.event", StringComparison.Ordinal) && !string.Equals(row.RaisedBy, writer.Origin, StringComparison.Ordinal));
}
