using Berth.Events;
using Berth.Host.Events;

namespace Berth.Lifecycle.Events;

/// <summary>
/// Decides which of the host's events are kept in the outbox. Protected ones always; what plugins publish, which is bounded
/// where it is published; of each other type at most so many a minute for one version, and the rest is counted. Progress of a
/// load is for whoever watches it, and never kept.
/// </summary>
internal sealed class KeptEvents(IHostEvents events, TimeProvider time)
{
    public const int MostAMinute = 60;
    private const int MostKinds = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Type, string Slug, string Version), int> _seen = [];
    private long _since = time.GetTimestamp();

    /// <summary>Whether events were left out that are still to be told of.</summary>
    public bool HasLeftOut { get; private set; }

    public bool Keeps(HostEvent happened)
    {
        if (happened.Data is LoadingProgress)
            return false;
        if (happened.IsProtected || happened.Data is PluginEventPublished)
            return true;
        TellLeftOut();
        var kind = (happened.Type, happened.Slug ?? "", happened.Plugin?.Version ?? "");
        if (_seen.Count >= MostKinds && !_seen.ContainsKey(kind))
            return false;
        var seen = _seen[kind] = _seen.GetValueOrDefault(kind) + 1;
        HasLeftOut |= seen > MostAMinute;
        return seen <= MostAMinute;
    }

    /// <summary>Begins a new minute when the old one is over, and tells what was left out in it.</summary>
    public void TellLeftOut()
    {
        if (time.GetElapsedTime(_since) < Window)
            return;
        var left = _seen.Where(kind => kind.Value > MostAMinute).ToList();
        _seen.Clear();
        (_since, HasLeftOut) = (time.GetTimestamp(), false);
        foreach (var ((type, slug, version), count) in left)
            events.Raise(new EventsLeftOut(slug, version, type, count - MostAMinute));
    }
}
