namespace Berth.Host.Graph;

/// <summary>
/// Which versions run because others that run need them. What is held is not retired for being idle, and is stopped after
/// those who hold it. It may still be reloaded or unloaded by decision: a hold is on the version, not on one instance of it.
/// </summary>
internal sealed class DependencyHolds
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PluginVersionId, Held> _held = [];

    public bool IsHeld(PluginVersionId id)
    {
        lock (_gate)
            return _held.ContainsKey(id);
    }

    /// <summary>Who holds a version, in order.</summary>
    public IReadOnlyList<PluginVersionId> HoldersOf(PluginVersionId id)
    {
        lock (_gate)
            return _held.TryGetValue(id, out var held) ? [.. held.By.OrderBy(holder => holder.ToString(), StringComparer.Ordinal)] : [];
    }

    /// <summary>Completes when nobody holds a version any more.</summary>
    public Task ReleasedAsync(PluginVersionId id)
    {
        lock (_gate)
            return _held.TryGetValue(id, out var held) ? held.Released.Task : Task.CompletedTask;
    }

    /// <summary>Holds a version for another one. Take it while a lease on the version is held, so that it cannot be retired in between.</summary>
    public IDisposable Hold(PluginVersionId id, PluginVersionId by)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(id, out var held))
                _held[id] = held = new Held();
            held.By.Add(by);
        }

        return new OneHold(this, id, by);
    }

    private void Release(PluginVersionId id, PluginVersionId by)
    {
        lock (_gate)
        {
            var held = _held[id];
            held.By.Remove(by);
            if (held.By.Count > 0)
                return;
            _held.Remove(id);
            held.Released.SetResult();
        }
    }

    private sealed class Held
    {
        /// <summary>A holder that is being reloaded holds twice for a while.</summary>
        public List<PluginVersionId> By { get; } = [];

        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class OneHold(DependencyHolds holds, PluginVersionId id, PluginVersionId by) : IDisposable
    {
        private DependencyHolds? _holds = holds;

        public void Dispose() => Interlocked.Exchange(ref _holds, null)?.Release(id, by);
    }
}
