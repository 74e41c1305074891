using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Tests.Beds;

/// <summary>Keeps what the host says, in order.</summary>
internal sealed class RecordedEvents : IHostEvents
{
    private readonly ConcurrentQueue<BerthEvent> _all = new();

    public IReadOnlyList<BerthEvent> All => [.. _all];

    public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null) => _all.Enqueue(happened);

    public IReadOnlyList<T> Of<T>()
        where T : BerthEvent => [.. _all.OfType<T>()];
}
