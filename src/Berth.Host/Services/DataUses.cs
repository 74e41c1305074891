using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Services;

/// <summary>
/// Counts what plugins read and write of their users' documents and settings, and tells it once a minute: one line for each plugin,
/// user and operation, however often it was. A use is a counter in memory and nothing else; nobody waits for the audit.
/// </summary>
internal sealed class DataUses(IHostEvents events, TimeProvider time)
{
    public const string UserData = "user_data";
    public const string Settings = "settings";

    public const string Read = "read";
    public const string Write = "write";
    public const string Delete = "delete";
    public const string List = "list";

    /// <summary>More lines than that in a minute are told without their users, by plugin and operation.</summary>
    public const int MostKinds = 1000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Use, Counter> _uses = new();
    private long _since = time.GetTimestamp();

    // Beside the dictionary, whose own count takes all of its locks.
    private int _kinds;

    /// <summary>It happened.</summary>
    public void Note(PluginVersionId id, string userId, string what, string operation)
    {
        var use = new Use(id, userId, what, operation);
        if (!_uses.TryGetValue(use, out var counter) && Volatile.Read(ref _kinds) >= MostKinds)
            use = use with { UserId = null };
        // One that is just being told and taken away counts nothing any more.
        while (!(counter ?? _uses.GetOrAdd(use, static (_, uses) => uses.NewCounter(), this)).TryAdd())
            counter = null;
    }

    /// <summary>Tells what has gathered in a minute; what has gathered until now when <paramref name="all"/> is set.</summary>
    public void Flush(bool all = false)
    {
        if (!all && time.GetElapsedTime(_since) < Window)
            return;
        _since = time.GetTimestamp();
        Volatile.Write(ref _kinds, 0);
        foreach (var pair in _uses)
        {
            if (_uses.TryRemove(pair) && pair.Value.Close() is > 0 and var count)
                events.Raise(new UserDataUsed(pair.Key.Id.Slug, pair.Key.Id.Version, pair.Key.What, pair.Key.Operation, count), pair.Key.Id, pair.Key.UserId);
        }
    }

    private Counter NewCounter()
    {
        Interlocked.Increment(ref _kinds);
        return new Counter();
    }

    private sealed record Use(PluginVersionId Id, string? UserId, string What, string Operation);

    private sealed class Counter
    {
        private long _count;

        /// <summary>False when it has been closed.</summary>
        public bool TryAdd() => Interlocked.Increment(ref _count) > 0;

        /// <summary>The count; from then on it counts nothing.</summary>
        public long Close() => Interlocked.Exchange(ref _count, long.MinValue);
    }
}
