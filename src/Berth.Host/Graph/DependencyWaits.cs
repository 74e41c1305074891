namespace Berth.Host.Graph;

/// <summary>
/// Which loads wait for which others now. A plan has no circles, but two loads that were planned at different moments, with
/// another version stored in between, could each wait for the other one: the second to come is told instead.
/// </summary>
internal sealed class DependencyWaits
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PluginVersionId, IReadOnlyCollection<PluginVersionId>> _waits = [];

    /// <summary>
    /// Notes that a load waits; dispose what is returned when it does not any more. <see langword="null"/>: one of those would wait
    /// for this one, so nothing is noted and it must not wait.
    /// </summary>
    public IDisposable? TryBegin(PluginVersionId id, IReadOnlyCollection<PluginVersionId> waitsFor)
    {
        lock (_gate)
        {
            if (waitsFor.Any(other => LeadsTo(other, id)))
                return null;
            _waits[id] = waitsFor;
        }

        return new Wait(this, id, waitsFor);
    }

    private bool LeadsTo(PluginVersionId from, PluginVersionId to)
    {
        var seen = new HashSet<PluginVersionId>();
        var open = new Stack<PluginVersionId>([from]);
        while (open.TryPop(out var next))
        {
            if (next == to)
                return true;
            if (!seen.Add(next) || !_waits.TryGetValue(next, out var further))
                continue;
            foreach (var other in further)
                open.Push(other);
        }

        return false;
    }

    private void End(PluginVersionId id, IReadOnlyCollection<PluginVersionId> waitsFor)
    {
        lock (_gate)
        {
            // A version that is reloaded may wait twice; the later wait stays noted.
            if (_waits.TryGetValue(id, out var noted) && ReferenceEquals(noted, waitsFor))
                _waits.Remove(id);
        }
    }

    private sealed class Wait(DependencyWaits waits, PluginVersionId id, IReadOnlyCollection<PluginVersionId> waitsFor) : IDisposable
    {
        public void Dispose() => waits.End(id, waitsFor);
    }
}
