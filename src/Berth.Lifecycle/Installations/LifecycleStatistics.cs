using System.Collections.Concurrent;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Installations;

/// <summary>Counts by the database's grouping, and sizes from the indexes of the store.</summary>
internal sealed class LifecycleStatistics(IDatabase database, SharedStore store, InstallationSnapshots installations, OperationTimes times) : ILifecycleStatistics
{
    private readonly ConcurrentDictionary<PluginVersionId, (long Unpacked, long Variants)> _sizes = new();

    public async Task<LifecycleFigures> ReadAsync(CancellationToken cancellationToken = default)
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
            UserMetadataBytes: MetadataBytes(),
            UnsharedEquivalentBytes: counts.Sum(count => count.Users * sizes.GetValueOrDefault(new PluginVersionId(count.PluginSlug, count.Version)).Unpacked),
            Versions: counts.GroupBy(count => count.PluginSlug, StringComparer.Ordinal).ToDictionary(
                group => group.Key,
                IReadOnlyDictionary<string, long> (group) => group.ToDictionary(count => count.Version, count => count.Users, StringComparer.Ordinal),
                StringComparer.Ordinal),
            Operations: times.Figures(),
            Caches: new Dictionary<string, CacheFigures>(StringComparer.Ordinal)
            {
                ["installations"] = installations.Figures,
                ["versions"] = store.Figures,
            });
    }

    /// <summary>The sizes of what is in the store now; an index is read once, because a version never changes.</summary>
    private Dictionary<PluginVersionId, (long Unpacked, long Variants)> Sizes()
    {
        var sizes = new Dictionary<PluginVersionId, (long, long)>();
        foreach (var id in store.Ids())
        {
            if (!_sizes.TryGetValue(id, out var size))
            {
                if (store.IndexOf(id) is not { } index)
                    continue;
                _sizes[id] = size = (index.UnpackedBytes, index.VariantBytes);
            }

            sizes[id] = size;
        }

        return sizes;
    }

    private long MetadataBytes() => Directory.Exists(store.Paths.Users)
        ? new DirectoryInfo(store.Paths.Users).EnumerateFiles("installed_plugins.json", SearchOption.AllDirectories).Sum(file => file.Length)
        : 0;

    private sealed record VersionCount(string PluginSlug, string Version, long Users);
}
