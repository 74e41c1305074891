using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Tests.Beds;

/// <summary>Everything that the host told, in the order in which it did.</summary>
internal sealed class RecordedEvents : IHostEvents
{
    private readonly ConcurrentQueue<RaisedEvent> _raised = new();

    public IReadOnlyList<RaisedEvent> All => [.. _raised];

    public IEnumerable<TEvent> Of<TEvent>()
        where TEvent : BerthEvent => _raised.Select(raised => raised.Happened).OfType<TEvent>();

    public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null) => _raised.Enqueue(new RaisedEvent(happened, plugin, userId));
}

internal sealed record RaisedEvent(BerthEvent Happened, PluginVersionId? Plugin, string? UserId);
