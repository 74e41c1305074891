using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Tests.Beds;

/// <summary>What was raised, for a test to look at.</summary>
internal sealed class RecordedEvents : IHostEvents
{
    public ConcurrentQueue<BerthEvent> Raised { get; } = new();

    public IEnumerable<T> Of<T>()
        where T : BerthEvent => Raised.OfType<T>();

    public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null) => Raised.Enqueue(happened);
}
