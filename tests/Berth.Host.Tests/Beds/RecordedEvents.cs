using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Tests.Beds;

/// <summary>Keeps what the host says, in order, and passes it on to the bus.</summary>
internal sealed class RecordedEvents : IHostEvents
{
    private readonly ConcurrentQueue<BerthEvent> _all = new();

    public IReadOnlyList<BerthEvent> All => [.. _all];

    public EventBus? Bus { get; set; }

    public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null)
    {
        _all.Enqueue(happened);
        Bus?.Raise(happened, plugin, userId);
    }

    public IReadOnlyList<T> Of<T>()
        where T : BerthEvent => [.. _all.OfType<T>()];
}
