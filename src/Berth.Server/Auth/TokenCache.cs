using System.Collections.Concurrent;

namespace Berth.Server.Auth;

/// <summary>
/// Callers by token hash. Entries live for a minute, so that another process's revocation is seen soon; a revocation in
/// this process is seen at once. Bounded: when full, all is dropped and fills again.
/// </summary>
internal sealed class TokenCache(TimeProvider time)
{
    private const int MaxEntries = 100_000;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private int _count;

    public bool TryGet(string hash, out Caller? caller)
    {
        caller = null;
        if (!_entries.TryGetValue(hash, out var entry) || entry.Until <= time.GetUtcNow())
            return false;
        caller = entry.Caller;
        return true;
    }

    public void Set(string hash, Caller caller, DateTimeOffset? expires)
    {
        // The dictionary's own Count takes all its locks; this one may be off by a few, which does not matter.
        if (Interlocked.Increment(ref _count) > MaxEntries)
        {
            _entries.Clear();
            Volatile.Write(ref _count, 0);
        }

        var until = time.GetUtcNow() + Life;
        _entries[hash] = new Entry(caller, expires is { } end && end < until ? end : until);
    }

    /// <summary>Forgets all tokens of a user.</summary>
    public void RemoveUser(string userId)
    {
        foreach (var (hash, entry) in _entries)
        {
            if (string.Equals(entry.Caller.ActorId, userId, StringComparison.Ordinal))
                _entries.TryRemove(hash, out _);
        }
    }

    public void Remove(string hash) => _entries.TryRemove(hash, out _);

    private sealed record Entry(Caller Caller, DateTimeOffset Until);
}
