using System.Collections.Concurrent;
using Berth.Data.Sessions;
using Berth.Registry.Search;

namespace Berth.Registry.Catalog;

/// <inheritdoc cref="IDownloadCounter" />
internal sealed class DownloadCounter(IDatabase database, TimeProvider time) : IDownloadCounter, IDisposable
{
    private const int MaxInOneWrite = 500;
    private readonly ConcurrentDictionary<Key, Tally> _tallies = new();
    private readonly SemaphoreSlim _flushing = new(1);

    public void Count(string slug, string version) => Add(new Key(slug, version, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber), 1);

    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await _flushing.WaitAsync(cancellationToken);
        var left = new Queue<(Key Key, long Count)[]>();
        try
        {
            foreach (var part in TakeAll().Chunk(MaxInOneWrite))
                left.Enqueue(part);
            while (left.TryPeek(out var part))
            {
                await database.WriteAsync(session => AddAsync(session, part), cancellationToken);
                left.Dequeue();
            }
        }
        finally
        {
            // What was not written is not forgotten: the next flush tries again.
            foreach (var (key, count) in left.SelectMany(part => part))
                Add(key, count);
            _flushing.Release();
        }
    }

    public void Dispose() => _flushing.Dispose();

    private void Add(Key key, long count)
    {
        while (!_tallies.GetOrAdd(key, static _ => new Tally()).TryAdd(count))
        {
            // Closed by a flush between the two calls; that flush is about to remove it, so help and take a new one.
            RemoveClosed(key);
        }
    }

    private List<(Key Key, long Count)> TakeAll()
    {
        var taken = new List<(Key Key, long Count)>();
        foreach (var (key, tally) in _tallies)
        {
            if (tally.Take() is > 0 and var count)
                taken.Add((key, count));
            else if (tally.TryClose())
                RemoveClosed(key);
        }

        return taken;
    }

    private static async Task<int> AddAsync(DbSession session, (Key Key, long Count)[] counts)
    {
        // Sorted, so that two nodes lock rows in the same order.
        foreach (var (key, count) in counts.OrderBy(c => c.Key.Slug, StringComparer.Ordinal).ThenBy(c => c.Key.Version, StringComparer.Ordinal).ThenBy(c => c.Key.Day))
        {
            await session.ExecuteAsync(
                """
                INSERT INTO download_daily (slug, version, day, count) VALUES (@Slug, @Version, @day, @count)
                ON CONFLICT (slug, version, day) DO UPDATE SET count = download_daily.count + excluded.count
                """,
                new { key.Slug, key.Version, day = DateOnly.FromDayNumber(key.Day).ToString("yyyy-MM-dd"), count });
        }

        foreach (var plugin in counts.GroupBy(c => c.Key.Slug).OrderBy(g => g.Key, StringComparer.Ordinal))
            await SearchIndex.AddDownloadsAsync(session, plugin.Key, plugin.Sum(c => c.Count));
        return counts.Length;
    }

    private void RemoveClosed(Key key)
    {
        if (_tallies.TryGetValue(key, out var tally) && tally.IsClosed)
            _tallies.TryRemove(KeyValuePair.Create(key, tally));
    }

    private readonly record struct Key(string Slug, string Version, int Day);

    /// <summary>A count that can be closed when it is zero, so that no download is counted on a tally that nobody reads any more.</summary>
    private sealed class Tally
    {
        private const long Closed = long.MinValue;
        private long _count;

        public bool IsClosed => Volatile.Read(ref _count) < 0;

        public bool TryAdd(long count) => Interlocked.Add(ref _count, count) > 0;

        public long Take()
        {
            var count = Volatile.Read(ref _count);
            return count > 0 ? Interlocked.Exchange(ref _count, 0) : count;
        }

        public bool TryClose() => Interlocked.CompareExchange(ref _count, Closed, 0) == 0;
    }
}
