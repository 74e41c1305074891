using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Tests.Beds;

/// <summary>Keeps what the host says, in order, and passes it on to the bus.</summary>
internal sealed class RecordedEvents : IHostEvents
{
    private readonly ConcurrentQueue<(BerthEvent Happened, PluginVersionId? Plugin, string? UserId)> _all = new();

    public IReadOnlyList<BerthEvent> All => [.. _all.Select(raised => raised.Happened)];

    public EventBus? Bus { get; set; }

    public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null)
    {
        _all.Enqueue((happened, plugin, userId));
        Bus?.Raise(happened, plugin, userId);
    }

    public IReadOnlyList<T> Of<T>()
        where T : BerthEvent => [.. All.OfType<T>()];

    /// <summary>The users that an event was about, in order.</summary>
    public IReadOnlyList<string?> UsersOf(BerthEvent happened) => [.. _all.Where(raised => raised.Happened == happened).Select(raised => raised.UserId)];
}
