using System.Collections.Concurrent;
using System.Diagnostics;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Installations;

/// <summary>Counts by the database's grouping, and sizes from the indexes of the store.</summary>
internal sealed class LifecycleStatistics(IDatabase database, SharedStore store, InstallationSnapshots installations, OperationTimes times) : ILifecycleStatistics, IDisposable
{
    // Counting walks an index of all installations: an answer that took long is given again for twenty times as long, so
    // that asking all the time costs a twentieth of a core at most. Small systems always get fresh figures.
    private const int KeptFor = 20;
    private static readonly TimeSpan KeptAtMost = TimeSpan.FromSeconds(10);
    private const int MostRecords = 10_000;
    private readonly ConcurrentDictionary<PluginVersionId, (DateTime Written, long Unpacked, long Variants)> _sizes = new();
    private readonly SemaphoreSlim _one = new(1);
    private LifecycleFigures? _last;
    private long _readAt;
    private TimeSpan _kept;

    public IReadOnlyDictionary<string, CacheFigures> Caches => new Dictionary<string, CacheFigures>(StringComparer.Ordinal)
    {
        ["installations"] = installations.Figures,
        ["versions"] = store.Figures,
    };

    public async Task<LifecycleFigures> ReadAsync(CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && Stopwatch.GetElapsedTime(_readAt) < _kept)
                return last;
            var start = Stopwatch.GetTimestamp();
            _last = await CountAsync(cancellationToken);
            var took = Stopwatch.GetElapsedTime(start);
            _readAt = Stopwatch.GetTimestamp();
            _kept = took < TimeSpan.FromMilliseconds(50) ? TimeSpan.Zero : took * KeptFor < KeptAtMost ? took * KeptFor : KeptAtMost;
            return _last;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<LifecycleFigures> CountAsync(CancellationToken cancellationToken)
    {
        var (users, counts) = await database.ReadAsync(
            async session => (
                await session.ScalarAsync<long>("SELECT COUNT(*) FROM users"),
                await session.QueryAsync<VersionCount>("SELECT plugin_slug, version, COUNT(*) AS users FROM plugin GROUP BY plugin_slug, version")),
            cancellationToken);
        var sizes = Sizes();
        return new LifecycleFigures(
            Users: users,
            Installations: counts.Sum(count => count.Users),
            PluginsInstalled: counts.Select(count => count.PluginSlug).Distinct(StringComparer.Ordinal).Count(),
            VersionsInStore: sizes.Count,
            UniqueVersionsInUse: counts.Count,
            SharedBytes: sizes.Values.Sum(size => size.Unpacked + size.Variants),
            UserMetadataBytes: MetadataBytes(users),
            UnsharedEquivalentBytes: counts.Sum(count => count.Users * sizes.GetValueOrDefault(new PluginVersionId(count.PluginSlug, count.Version)).Unpacked),
            Versions: counts.GroupBy(count => count.PluginSlug, StringComparer.Ordinal).ToDictionary(
                group => group.Key,
                IReadOnlyDictionary<string, long> (group) => group.ToDictionary(count => count.Version, count => count.Users, StringComparer.Ordinal),
                StringComparer.Ordinal),
            Operations: times.Figures(),
            Caches: Caches);
    }

    /// <summary>The sizes of what is in the store now; an index is read again when it was written since.</summary>
    private Dictionary<PluginVersionId, (long Unpacked, long Variants)> Sizes()
    {
        var sizes = new Dictionary<PluginVersionId, (long, long)>();
        foreach (var id in store.Ids())
        {
            var written = store.IndexWritten(id);
            if (!_sizes.TryGetValue(id, out var size) || size.Written != written)
            {
                if (store.IndexOf(id) is not { } index)
                    continue;
                _sizes[id] = size = (written, index.UnpackedBytes, index.VariantBytes);
            }

            sizes[id] = (size.Unpacked, size.Variants);
        }

        return sizes;
    }

    /// <summary>The bytes of the recovery records; of more than ten thousand users, as many as ten thousand of them take, scaled.</summary>
    private long MetadataBytes(long users)
    {
        if (!Directory.Exists(store.Paths.Users))
            return 0;
        var (folders, bytes) = (0L, 0L);
        foreach (var folder in Directory.EnumerateDirectories(store.Paths.Users).Take(MostRecords))
        {
            folders++;
            var record = new FileInfo(Path.Combine(folder, "installed_plugins.json"));
            bytes += record.Exists ? record.Length : 0;
        }

        return folders < MostRecords ? bytes : (long)((double)bytes / folders * Math.Max(users, folders));
    }

    private sealed record VersionCount(string PluginSlug, string Version, long Users);
}
