using Berth.Data.Sessions;

namespace Berth.Registry.Catalog;

/// <inheritdoc />
internal sealed class PublishedCatalog(IDatabase database, CatalogSnapshots snapshots, ICatalogSearch search) : ICatalog
{
    private const int MaxSlugLength = 64;

    public ValueTask<PluginRecord?> FindAsync(string slug, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        if (!IsPlausible(slug))
            return ValueTask.FromResult<PluginRecord?>(null);

        return snapshots.TryGetFresh(slug, out var plugin)
            ? ValueTask.FromResult<PluginRecord?>(plugin)
            : new ValueTask<PluginRecord?>(LoadOneAsync(slug, cancellationToken));
    }

    public async ValueTask<VersionRecord?> FindVersionAsync(string slug, string version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        var plugin = await FindAsync(slug, cancellationToken);
        return plugin?.Versions.FirstOrDefault(v => v.Version == version);
    }

    public async Task<CatalogPage> SearchAsync(CatalogQuery query, CancellationToken cancellationToken = default)
    {
        var found = await search.FindAsync(query, cancellationToken);
        var plugins = await LoadAsync([.. found.Hits.Select(hit => hit.Slug)], cancellationToken);
        return new CatalogPage(plugins, found.TotalCount, found.NextCursor);
    }

    public async Task<VersionTexts?> FindTextsAsync(string slug, string version, CancellationToken cancellationToken = default) =>
        await FindVersionAsync(slug, version, cancellationToken) is not { } found
            ? null
            : await database.ReadAsync(
                s => s.FirstOrDefaultAsync<VersionTexts>(
                    "SELECT readme, changelog FROM package_version WHERE slug = @Slug AND version = @Version", new { found.Slug, found.Version }),
                cancellationToken);

    public async Task<IReadOnlyDictionary<string, long>> DownloadsAsync(string slug, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(slug, cancellationToken) is not { } plugin)
            return new Dictionary<string, long>();

        var rows = await database.ReadAsync(
            s => s.QueryAsync<DownloadRow>(
                "SELECT version, CAST(SUM(count) AS BIGINT) AS total FROM download_daily WHERE slug = @Slug GROUP BY version", new { plugin.Slug }),
            cancellationToken);
        return rows.ToDictionary(r => r.Version, r => r.Total);
    }

    /// <summary>Slugs are ASCII. Nothing else is folded, because other letters fold onto ASCII ones (U+212A becomes k).</summary>
    private static bool IsPlausible(string slug) => slug.Length is > 0 and <= MaxSlugLength && slug.All(c => c is > ' ' and < '\x7f');

    private async Task<PluginRecord?> LoadOneAsync(string slug, CancellationToken cancellationToken)
    {
        var plugins = await LoadAsync([slug], cancellationToken);
        return plugins.Count == 0 ? null : plugins[0];
    }

    /// <summary>The plugins that exist, in the order of the slugs; one read for all that are not fresh.</summary>
    private async Task<IReadOnlyList<PluginRecord>> LoadAsync(IReadOnlyList<string> slugs, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, PluginRecord>(StringComparer.OrdinalIgnoreCase);
        var missing = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        foreach (var slug in slugs)
        {
            if (snapshots.TryGetFresh(slug, out var plugin))
                found[slug] = plugin;
            else
                missing[slug] = snapshots.GenerationOf(slug);
        }

        if (missing.Count > 0)
        {
            var folded = missing.Keys.Select(s => s.ToLowerInvariant()).ToList();
            foreach (var plugin in await database.ReadAsync(s => CatalogRows.LoadAsync(s, folded, snapshots.FindStale, snapshots.Now), cancellationToken))
            {
                found[plugin.Slug] = plugin;
                snapshots.Put(plugin, missing[plugin.Slug]);
            }
        }

        return [.. slugs.Select(s => found.GetValueOrDefault(s)).OfType<PluginRecord>()];
    }

    private sealed record DownloadRow(string Version, long Total);
}
