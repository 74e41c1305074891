using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Tests.Beds;

/// <summary>Keeps what the host's parts said.</summary>
internal sealed class RecordedEvents : IHostEvents
{
    public ConcurrentQueue<BerthEvent> All { get; } = new();

    public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null) => All.Enqueue(happened);
}
