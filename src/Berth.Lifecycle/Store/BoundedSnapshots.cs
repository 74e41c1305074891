using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Berth.Lifecycle.Installations;

namespace Berth.Lifecycle.Store;

/// <summary>
/// Immutable snapshots by key, at most a given weight of them. Reads take no lock. When the bound is passed, about a
/// fifth goes: those that were not read for the longest time, judged by a sample.
/// </summary>
internal sealed class BoundedSnapshots<TKey, TValue>(long capacity)
    where TKey : notnull
    where TValue : class
{
    private const int SampleSize = 256;
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private long _weight;
    private long _hits;
    private long _misses;
    private int _sweeping;

    public int Count => _entries.Count;

    /// <summary>The keys, as they are now; while others change them, some of those may be missing.</summary>
    public IEnumerable<TKey> Keys => _entries.Select(pair => pair.Key);

    public CacheFigures Figures => new(Interlocked.Read(ref _hits), Interlocked.Read(ref _misses));

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            entry.Touch();
            Interlocked.Increment(ref _hits);
            value = entry.Value;
            return true;
        }

        Interlocked.Increment(ref _misses);
        value = null;
        return false;
    }

    /// <summary>Whether there is one; this does not count as a read of it.</summary>
    public bool Contains(TKey key) => _entries.ContainsKey(key);

    /// <summary>Sets a snapshot; the caller decides that it is the newest.</summary>
    public void Set(TKey key, TValue value, int weight)
    {
        var entry = new Entry(value, weight);
        var before = 0;
        _entries.AddOrUpdate(key, entry, (_, old) =>
        {
            before = old.Weight;
            return entry;
        });
        Grow(weight - before);
    }

    public TValue GetOrAdd(TKey key, Func<TKey, TValue> create)
    {
        if (_entries.TryGetValue(key, out var entry))
            return entry.Value;
        var created = new Entry(create(key), 1);
        entry = _entries.GetOrAdd(key, created);
        if (ReferenceEquals(entry, created))
            Grow(1);
        return entry.Value;
    }

    /// <summary>Tells that the snapshot under the key now weighs something else.</summary>
    public void Weigh(TKey key, int weight)
    {
        if (_entries.TryGetValue(key, out var entry))
            Grow(weight - Interlocked.Exchange(ref entry.Weight, weight));
    }

    public void Remove(TKey key)
    {
        if (_entries.TryRemove(key, out var entry))
            Interlocked.Add(ref _weight, -entry.Weight);
    }

    private void Grow(int by)
    {
        if (Interlocked.Add(ref _weight, by) <= capacity || Interlocked.Exchange(ref _sweeping, 1) == 1)
            return;
        try
        {
            Sweep();
        }
        finally
        {
            Volatile.Write(ref _sweeping, 0);
        }
    }

    private void Sweep()
    {
        // Without the sample's threshold a single old entry would go at each call, and each call would walk all entries.
        var sample = _entries.Take(SampleSize).Select(pair => pair.Value.Touched).Order().ToArray();
        if (sample.Length == 0)
            return;
        var threshold = sample[sample.Length / 5];
        var enough = capacity - (capacity / 5);
        foreach (var (key, entry) in _entries)
        {
            if (entry.Touched <= threshold && _entries.TryRemove(KeyValuePair.Create(key, entry))
                && Interlocked.Add(ref _weight, -entry.Weight) <= enough)
            {
                return;
            }
        }
    }

    private sealed class Entry(TValue value, int weight)
    {
        public int Weight = weight;
        private long _touched = Environment.TickCount64;

        public TValue Value => value;

        public long Touched => Volatile.Read(ref _touched);

        public void Touch()
        {
            var now = Environment.TickCount64;
            if (now != Volatile.Read(ref _touched))
                Volatile.Write(ref _touched, now);
        }
    }
}
