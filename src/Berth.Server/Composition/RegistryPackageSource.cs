using Berth.Data.Blobs;
using Berth.Lifecycle.Store;
using Berth.Registry.Catalog;

namespace Berth.Server.Composition;

/// <summary>The registry in the same process as a source of packages.</summary>
internal sealed class RegistryPackageSource(ICatalog catalog, IPackageBlobs blobs, IDownloadCounter downloads) : IPackageSource
{
    public async ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default) =>
        await catalog.FindAsync(slug, cancellationToken) is { } plugin ? Versions(plugin) : [];

    public async Task<AvailablePage> SearchAsync(AvailableQuery query, CancellationToken cancellationToken = default)
    {
        var page = await catalog.SearchAsync(new CatalogQuery(query.Text, query.Category, Limit: query.Limit, Cursor: query.Cursor), cancellationToken);
        var plugins = new List<AvailablePlugin>(page.Plugins.Count);
        foreach (var plugin in page.Plugins)
        {
            if (plugin.Newest is { } newest)
                plugins.Add(new AvailablePlugin(Shown(newest), (await catalog.DownloadsAsync(plugin.Slug, cancellationToken)).Values.Sum()));
        }

        return new AvailablePage(plugins, page.TotalCount, page.NextCursor);
    }

    public async Task<Stream> OpenAsync(AvailableVersion version, CancellationToken cancellationToken = default)
    {
        var stream = await blobs.OpenAsync(version.Digest, cancellationToken)
            ?? throw new PackageSourceUnavailableException($"The bytes of {version.Slug} {version.Version} are not in the package store.");
        downloads.Count(version.Slug, version.Version.ToString());
        return stream;
    }

    // Records are immutable and the catalogue keeps them, so each is shaped once.
    private static IReadOnlyList<AvailableVersion> Versions(PluginRecord plugin) => Shapes.GetValue(plugin, static plugin => [.. plugin.Versions.Select(Shown)]);

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<PluginRecord, IReadOnlyList<AvailableVersion>> Shapes = [];

    private static AvailableVersion Shown(VersionRecord version) => new(
        version.Slug, version.Manifest.Version, version.Digest, version.Size, version.TrustLevel, version.YankedAt is not null, version.Manifest);
}
