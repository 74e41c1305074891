using System.Collections.Concurrent;
using System.Collections.Frozen;
using Berth.Data.Sessions;

namespace Berth.Registry.Search;

/// <summary>
/// The index in memory, held to the rows. What this process changed is seen by the next search, what another node changed after
/// <see cref="Lifetime"/>. A search never waits for a database unless this process changed something or nobody has searched for
/// that long: in between, one search in half of it has the rows looked at, and does not wait.
/// </summary>
internal sealed class SearchState(IDatabase database, TimeProvider time) : IDisposable
{
    /// <summary>How long the index is believed without asking the database.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    // A transaction that is open for long, or a node whose clock lags, commits rows with an earlier time.
    private const long OverlapMs = 60_000;
    private const int PieceSize = 2_000;
    private const int LeastMerged = 500;

    private readonly ConcurrentDictionary<string, byte> _dirty = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _refreshing = new(1);
    private int _isRefreshing;

    // The fields below are the refresh's own.
    private readonly Dictionary<long, Listing> _byId = [];
    private readonly Dictionary<long, long> _unlisted = [];
    private readonly HashSet<long> _replaced = [];
    private readonly Dictionary<long, Listing> _changes = [];
    private readonly ChangeCount _counts = new();
    private Vocabulary _vocabulary = new();
    private SearchSegment? _base;
    private long _newest;

    private volatile SearchSnapshot? _snapshot;
    private volatile bool _isRetired;
    private long _readAt;

    /// <summary>Changes of plugins by this process, downloads aside.</summary>
    public ChangeCount Changes { get; } = new();

    /// <summary>A plugin's rows were changed by this process and committed.</summary>
    public void Touch(string slug)
    {
        TouchCounts(slug);
        Changes.Add();
    }

    /// <summary>As <see cref="Touch"/>, where nothing but its downloads changed.</summary>
    public void TouchCounts(string slug)
    {
        if (!_isRetired)
            _dirty[slug.ToLowerInvariant()] = 0;
    }

    /// <summary>Nobody will search here: what changes is not kept for a next search.</summary>
    public void Retire()
    {
        _isRetired = true;
        _dirty.Clear();
    }

    /// <summary>The index, up to date.</summary>
    public ValueTask<SearchSnapshot> CurrentAsync(CancellationToken cancellationToken)
    {
        var age = Age;
        if (_snapshot is not { } snapshot || !_dirty.IsEmpty || age >= Lifetime)
            return new ValueTask<SearchSnapshot>(RefreshedAsync(Lifetime, cancellationToken));
        if (age >= Lifetime / 2 && Interlocked.Exchange(ref _isRefreshing, 1) == 0)
            _ = RefreshBehindAsync();
        return ValueTask.FromResult(snapshot);
    }

    /// <summary>The index, of whatever age: read now only if it never was.</summary>
    public ValueTask<SearchSnapshot> ReadAsync(CancellationToken cancellationToken) =>
        _snapshot is { } snapshot ? ValueTask.FromResult(snapshot) : new ValueTask<SearchSnapshot>(RefreshedAsync(Lifetime, cancellationToken));

    private TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _readAt));

    public void Dispose() => _refreshing.Dispose();

    private async Task RefreshBehindAsync()
    {
        try
        {
            // The thread is the search's.
            await Task.Yield();
            await RefreshedAsync(Lifetime / 2, CancellationToken.None);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or ObjectDisposedException)
        {
            // The first search after the lifetime waits for the database, and says what is wrong with it.
        }
        finally
        {
            Volatile.Write(ref _isRefreshing, 0);
        }
    }

    private async Task<SearchSnapshot> RefreshedAsync(TimeSpan tooOld, CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            // Whoever waited finds it done.
            if (_snapshot is { } fresh && _dirty.IsEmpty && Age < tooOld)
                return fresh;
            var readAt = time.GetTimestamp();
            if (_snapshot is null || !await CatchUpAsync(cancellationToken))
                await LoadAsync(cancellationToken);
            Volatile.Write(ref _readAt, readAt);
            return _snapshot!;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var dirty = _dirty.Keys.ToList();
        _byId.Clear();
        _unlisted.Clear();
        _vocabulary = new Vocabulary();
        _newest = 0;
        for (long last = 0; ;)
        {
            var rows = await database.ReadAsync(session => ListingRows.AfterAsync(session, last, PieceSize), cancellationToken);
            foreach (var row in rows)
                Take(row);
            if (rows.Count < PieceSize)
                break;
            last = rows[^1].Id;
        }

        Forget(dirty);
        Merge();
    }

    /// <summary>Reads what changed. Returns <see langword="false"/> when rows are gone and everything is to be read again.</summary>
    private async Task<bool> CatchUpAsync(CancellationToken cancellationToken)
    {
        var dirty = _dirty.Keys.ToList();
        Forget(dirty);
        try
        {
            var (rows, count) = await database.ReadAsync(session => ChangedAsync(session, dirty), cancellationToken);
            var isNew = false;
            foreach (var row in rows)
                isNew |= Take(row);
            if (_byId.Count + _unlisted.Count != count)
                return false;
            if (isNew)
                Publish();
            return true;
        }
        catch
        {
            foreach (var slug in dirty)
                _dirty[slug] = 0;
            throw;
        }
    }

    /// <summary>What this process or another changed, and how many rows there are, at one moment.</summary>
    private async Task<(IReadOnlyList<ListingRow> Rows, long Count)> ChangedAsync(DbSession session, IReadOnlyList<string> dirty)
    {
        var (changed, count) = await ListingRows.ChangedAsync(session, _newest - OverlapMs);
        var wanted = changed.Where(row => row.ChangedAt != KnownAt(row.Id)).Select(row => row.SlugFolded).Union(dirty, StringComparer.Ordinal);
        var rows = new List<ListingRow>();
        foreach (var piece in wanted.Chunk(500))
            rows.AddRange(await ListingRows.OfAsync(session, piece));
        return (rows, count);
    }

    private long KnownAt(long id) => _byId.TryGetValue(id, out var known) ? known.Standing.ChangedAt : _unlisted.GetValueOrDefault(id);

    /// <summary>Takes a row over. Returns whether more than its counts is new.</summary>
    private bool Take(ListingRow row)
    {
        _newest = Math.Max(_newest, row.ChangedAt);
        if (row.Listed && _byId.TryGetValue(row.Id, out var known) && known.RelistedAt == row.RelistedAt)
        {
            known.Standing = row.ToStanding();
            _counts.Add();
            return false;
        }

        _replaced.Add(row.Id);
        _changes.Remove(row.Id);
        _byId.Remove(row.Id);
        _unlisted.Remove(row.Id);
        if (row.Listed)
            _byId[row.Id] = _changes[row.Id] = row.ToListing(_vocabulary);
        else
            _unlisted[row.Id] = row.ChangedAt;
        return true;
    }

    private void Publish()
    {
        // A large share of changes makes every search pay twice; a merge costs a walk over all plugins.
        if (_base is null || _replaced.Count > LeastMerged + (_byId.Count / 50))
            Merge();
        else
            _snapshot = new SearchSnapshot(_base, new SearchSegment([.. _changes.Values], _vocabulary), _replaced.ToFrozenSet(), _counts);
    }

    private void Merge()
    {
        _replaced.Clear();
        _changes.Clear();
        _base = new SearchSegment([.. _byId.Values], _vocabulary);
        _snapshot = new SearchSnapshot(_base, new SearchSegment([], _vocabulary), FrozenSet<long>.Empty, _counts);
    }

    private void Forget(IEnumerable<string> slugs)
    {
        foreach (var slug in slugs)
            _dirty.TryRemove(slug, out _);
    }
}
