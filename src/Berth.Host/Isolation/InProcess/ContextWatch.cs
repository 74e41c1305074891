using System.Runtime.Loader;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Isolation.InProcess;

/// <summary>
/// Knows every load context that was unloaded and stayed, by weak references, and asks again after collections: one that goes
/// later is noted. It holds nothing of a plugin.
/// </summary>
internal sealed partial class ContextWatch
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _gone;

    public ContextWatch(TimeProvider time, ILogger<ContextWatch> logger)
    {
        _time = time;
        _logger = logger;
        AfterCollection.Tell(this);
    }

    public ContextCounts Counts
    {
        get
        {
            lock (_gate)
                return new ContextCounts(_gone, _entries.Count, _entries.Count(entry => entry.CollectedAt is not null));
        }
    }

    /// <summary>One went as it should.</summary>
    public void AddGone() => Interlocked.Increment(ref _gone);

    /// <summary>One is alive after its unload.</summary>
    /// <param name="id">The version it is shown with.</param>
    /// <param name="context">A weak reference to the <see cref="AssemblyLoadContext"/>.</param>
    /// <param name="name">The context's name; the version's when it is left out.</param>
    public void AddStayed(PluginVersionId id, WeakReference context, string? name = null)
    {
        lock (_gate)
            _entries.Add(new Entry(id, name ?? id.ToString(), context, _time.GetUtcNow()));
    }

    /// <summary>Those of a version, the oldest first.</summary>
    public IReadOnlyList<LeakedContext> Of(PluginVersionId id)
    {
        lock (_gate)
        {
            return _entries.Count == 0
                ? []
                : [.. _entries.Where(entry => entry.Id == id).Select(entry => new LeakedContext(entry.Name, entry.UnloadedAt, entry.CollectedAt))];
        }
    }

    /// <summary>Asks those that stayed.</summary>
    public void Look()
    {
        List<Entry> gone = [];
        lock (_gate)
        {
            foreach (var entry in _entries)
            {
                if (entry.CollectedAt is not null || entry.Context.IsAlive)
                    continue;
                entry.CollectedAt = _time.GetUtcNow();
                gone.Add(entry);
            }
        }

        foreach (var entry in gone)
            LogCollected(entry.Name, entry.UnloadedAt);
    }

    [LoggerMessage(1103, LogLevel.Information, "{Context} is out of memory after all. It had stayed when it was unloaded at {UnloadedAt}")]
    private partial void LogCollected(string context, DateTimeOffset unloadedAt);

    private sealed record Entry(PluginVersionId Id, string Name, WeakReference Context, DateTimeOffset UnloadedAt)
    {
        public DateTimeOffset? CollectedAt { get; set; }
    }
}
