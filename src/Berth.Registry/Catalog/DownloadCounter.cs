using System.Collections.Concurrent;
using Berth.Data.Sessions;
using Berth.Registry.Search;

namespace Berth.Registry.Catalog;

/// <inheritdoc cref="IDownloadCounter" />
internal sealed class DownloadCounter(IDatabase database, TimeProvider time, SearchState search) : IDownloadCounter, IDisposable
{
    private const int MaxInOneWrite = 500;
    private readonly ConcurrentDictionary<DownloadKey, Tally> _tallies = new();
    private readonly Queue<DownloadBatch> _unwritten = [];
    private readonly SemaphoreSlim _flushing = new(1);

    public void Count(string slug, string version)
    {
        var key = new DownloadKey(slug, version, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber);
        while (!_tallies.GetOrAdd(key, static _ => new Tally()).TryAdd())
        {
            // Closed by a flush between the two calls; that flush is about to remove it, so help and take a new one.
            RemoveClosed(key);
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            // What could not be written goes first and under its old name: perhaps it was, and only the answer was lost.
            await WriteAsync(cancellationToken);
            foreach (var part in TakeAll().Chunk(MaxInOneWrite))
                _unwritten.Enqueue(new DownloadBatch(Guid.CreateVersion7().ToString("n"), part));
            await WriteAsync(cancellationToken);
        }
        finally
        {
            _flushing.Release();
        }
    }

    public void Dispose() => _flushing.Dispose();

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        while (_unwritten.TryPeek(out var batch))
        {
            await database.WriteAsync(session => batch.WriteAsync(session, time.GetUtcNow()), cancellationToken);
            _unwritten.Dequeue();
            foreach (var slug in batch.Counts.Select(count => count.Key.Slug).Distinct(StringComparer.Ordinal))
                search.TouchCounts(slug);
        }
    }

    private List<DownloadCount> TakeAll()
    {
        var taken = new List<DownloadCount>();
        foreach (var (key, tally) in _tallies)
        {
            if (tally.Take() is > 0 and var count)
                taken.Add(new DownloadCount(key, count));
            else if (tally.TryClose())
                RemoveClosed(key);
        }

        return taken;
    }

    private void RemoveClosed(DownloadKey key)
    {
        if (_tallies.TryGetValue(key, out var tally) && tally.IsClosed)
            _tallies.TryRemove(KeyValuePair.Create(key, tally));
    }

    /// <summary>A count that can be closed when it is zero, so that no download is counted on a tally that nobody reads any more.</summary>
    private sealed class Tally
    {
        private const long Closed = long.MinValue;
        private long _count;

        public bool IsClosed => Volatile.Read(ref _count) < 0;

        public bool TryAdd() => Interlocked.Increment(ref _count) > 0;

        public long Take()
        {
            var count = Volatile.Read(ref _count);
            return count > 0 ? Interlocked.Exchange(ref _count, 0) : count;
        }

        public bool TryClose() => Interlocked.CompareExchange(ref _count, Closed, 0) == 0;
    }
}
