using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;

namespace Berth.Host.Caches;

/// <summary>
/// What was found out about contents, bounded in number and time: the framework's memory cache, and one flight for all who
/// ask for the same at once.
/// </summary>
internal sealed class ContentCache<T>(string name, CacheOptions options, TimeProvider time) : IContentCache, IDisposable
    where T : class
{
    private readonly MemoryCache _entries = new(new MemoryCacheOptions { SizeLimit = Math.Max(1, options.Entries), Clock = new CacheClock(time) });
    private readonly ConcurrentDictionary<ContentKey, Flight> _flights = new();
    private readonly Lock _keeping = new();
    private int _generation;
    private long _hits;
    private long _misses;

    public CacheFigures Figures => new(name, Interlocked.Read(ref _hits), Interlocked.Read(ref _misses), _entries.Count);

    /// <summary>The entry, or what <paramref name="load"/> gives; it runs once for all who wait. What it throws is not kept.</summary>
    /// <param name="key">What about.</param>
    /// <param name="load">Does the work. It belongs to nobody, so no caller's cancellation ends it for the others.</param>
    /// <param name="wishOf">Whether and for how long the value may be kept.</param>
    /// <param name="cancellationToken">Ends the caller's waiting.</param>
    public ValueTask<T> GetAsync(ContentKey key, Func<Task<T>> load, Func<T, CachingWish> wishOf, CancellationToken cancellationToken = default)
    {
        if (!_entries.TryGetValue<T>(key, out var kept) || kept is null)
            return new ValueTask<T>(LoadAsync(key, load, wishOf, cancellationToken));
        Interlocked.Increment(ref _hits);
        return ValueTask.FromResult(kept);
    }

    public int Invalidate(CacheSelection selection, bool isDryRun)
    {
        var now = _entries.Keys.OfType<ContentKey>().Where(selection.Includes).ToList();
        if (isDryRun)
            return now.Count;
        lock (_keeping)
        {
            // Whoever is loading read the content before this.
            _generation++;
            foreach (var key in _flights.Keys.Where(selection.Includes))
                _flights.TryRemove(key, out _);
            now = [.. _entries.Keys.OfType<ContentKey>().Where(selection.Includes)];
            foreach (var key in now)
                _entries.Remove(key);
        }

        return now.Count;
    }

    public void Dispose() => _entries.Dispose();

    private Task<T> LoadAsync(ContentKey key, Func<Task<T>> load, Func<T, CachingWish> wishOf, CancellationToken cancellationToken)
    {
        var mine = new Flight();
        var flight = _flights.GetOrAdd(key, mine);
        if (ReferenceEquals(flight, mine))
            _ = Task.Run(() => FlyAsync(key, mine, load, wishOf), CancellationToken.None);
        else
            Interlocked.Increment(ref _hits);
        return flight.Landed.Task.WaitAsync(cancellationToken);
    }

    private async Task FlyAsync(ContentKey key, Flight flight, Func<Task<T>> load, Func<T, CachingWish> wishOf)
    {
        try
        {
            var value = await FindAsync(key, load, wishOf);
            Leave(key, flight);
            flight.Landed.SetResult(value);
        }
        catch (Exception exception)
        {
            Leave(key, flight);
            flight.Landed.SetException(exception);
        }
    }

    private async Task<T> FindAsync(ContentKey key, Func<Task<T>> load, Func<T, CachingWish> wishOf)
    {
        var generation = Volatile.Read(ref _generation);

        // Whoever missed the entry may start a flight right after another one landed.
        if (_entries.TryGetValue<T>(key, out var kept) && kept is not null)
        {
            Interlocked.Increment(ref _hits);
            return kept;
        }

        Interlocked.Increment(ref _misses);
        var value = await load();
        Keep(key, value, wishOf(value), generation);
        return value;
    }

    // Before it lands: whoever asks after they have the answer must not be given the same answer again, whatever its time.
    private void Leave(ContentKey key, Flight flight) => _flights.TryRemove(KeyValuePair.Create(key, flight));

    private void Keep(ContentKey key, T value, CachingWish wish, int generation)
    {
        var lifetime = wish.TimeToLive < options.TimeToLive ? wish.TimeToLive.Value : options.TimeToLive;
        if (!wish.IsKept || lifetime <= TimeSpan.Zero)
            return;
        lock (_keeping)
        {
            if (generation == _generation)
                _entries.Set(key, value, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = lifetime });
        }
    }

    private sealed class Flight
    {
        public TaskCompletionSource<T> Landed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
