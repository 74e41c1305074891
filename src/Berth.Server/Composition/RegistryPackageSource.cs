using Berth.Data.Blobs;
using Berth.Lifecycle.Store;
using Berth.Packaging.Signing;
using Berth.Registry.Catalog;
using Berth.Registry.Keys;
using Berth.Registry.Mirroring.Upstream;
using Berth.Registry.Optimization.Variants;
using Berth.Registry.Publishers;
using Berth.Server.Apis;

namespace Berth.Server.Composition;

/// <summary>The registry in the same process as a source of packages.</summary>
internal sealed class RegistryPackageSource(
    ICatalog catalog, ICatalogSearch search, IPackageBlobs blobs, IDownloadCounter downloads, IVariants variants, IKeyRecords keys, IPublishers publishers, IUpstream? upstream = null) : IPackageSource
{
    private const int KeyPage = 1000;

    public bool IsOwnRegistry => true;

    public async ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default) =>
        await catalog.FindAsync(slug, cancellationToken) is { } plugin ? Versions(plugin) : [];

    public async Task<AvailablePage> SearchAsync(AvailableQuery query, CancellationToken cancellationToken = default)
    {
        var page = await search.FindAsync(new CatalogQuery(query.Text, query.Category, Limit: query.Limit, Cursor: query.Cursor), cancellationToken);
        var plugins = new List<AvailablePlugin>(page.Hits.Count);
        foreach (var hit in page.Hits)
        {
            if ((await catalog.FindAsync(hit.Slug, cancellationToken))?.Newest is { } newest)
                plugins.Add(new AvailablePlugin(Shown(newest), hit.Downloads));
        }

        return new AvailablePage(plugins, page.TotalCount, page.NextCursor);
    }

    public async ValueTask<IReadOnlyList<AvailableKey>> KeysAsync(CancellationToken cancellationToken = default)
    {
        var all = new List<KeyRecord>();
        while (await keys.ListAsync(limit: KeyPage, after: all.Count == 0 ? null : all[^1].Kid, cancellationToken: cancellationToken) is { Count: > 0 } page)
            all.AddRange(page);
        return [.. all.Select(key => new AvailableKey(key.ToTrusted(), key.Vouch))];
    }

    public async ValueTask<IReadOnlyList<string>?> SlugsOfAsync(string publisher, CancellationToken cancellationToken = default) =>
        await publishers.FindAsync(publisher, cancellationToken) is { } found ? await publishers.SlugsAsync(found, cancellationToken) : null;

    public async Task<Stream> OpenAsync(AvailableVersion version, CancellationToken cancellationToken = default)
    {
        if (upstream is not null && await catalog.FindVersionAsync(version.Slug, version.Version.ToString(), cancellationToken) is { } record)
            await EnsureAsync(upstream, record, cancellationToken);
        var stream = await blobs.OpenAsync(version.Digest, cancellationToken)
            ?? throw new PackageSourceUnavailableException($"The bytes of {version.Slug} {version.Version} are not in the package store.");
        downloads.Count(version.Slug, version.Version.ToString());
        return stream;
    }

    public async Task<OfferedVariant?> OpenVariantAsync(AvailableVersion version, string kind, CancellationToken cancellationToken = default) =>
        await catalog.FindVersionAsync(version.Slug, version.Version.ToString(), cancellationToken) is { } published && published.Digest == version.Digest
        && await variants.FindOfferedAsync(published, kind, cancellationToken) is { Digest: { } digest } variant
        && await blobs.OpenAsync(digest, cancellationToken) is { } content
            ? new OfferedVariant(digest, variant.Signature, await OwnKeysAsync(cancellationToken), content)
            : null;

    private async Task<IReadOnlyDictionary<string, TrustedKey>> OwnKeysAsync(CancellationToken cancellationToken) =>
        (await keys.RegistryKeysAsync(cancellationToken)).ToDictionary(key => key.Kid, key => key.ToTrusted(), StringComparer.Ordinal);

    private static async Task EnsureAsync(IUpstream upstream, VersionRecord version, CancellationToken cancellationToken)
    {
        try
        {
            await upstream.EnsureBytesAsync(version, cancellationToken);
        }
        catch (UpstreamAwayException exception)
        {
            throw new PackageSourceUnavailableException(exception.Message, exception);
        }
    }

    // Records are immutable and the catalogue keeps them, so each is shaped once.
    private static IReadOnlyList<AvailableVersion> Versions(PluginRecord plugin) => Shapes.GetValue(plugin, static plugin => [.. plugin.Versions.Select(version => Shown(version) with { Channels = [.. VersionAnswers.ChannelsOf(plugin, version)] })]);

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<PluginRecord, IReadOnlyList<AvailableVersion>> Shapes = [];

    private static AvailableVersion Shown(VersionRecord version) => new(
        version.Slug, version.Manifest.Version, version.Digest, version.Size, version.TrustLevel, version.YankedAt is not null, version.Manifest)
    {
        PublishedAt = version.PublishedAt,
        Deprecation = version.Deprecation is { } deprecation ? new AvailableDeprecation(deprecation.Message, deprecation.SuccessorSlug, deprecation.SuccessorVersion) : null,
        YankReason = version.YankReason,
        Scan = version.Stages.FirstOrDefault(stage => stage.Stage == "scan")?.Verdict,
        Signatures = version.Signatures.Count == 0 ? null
            : new SignatureFile([.. version.Signatures.Select(one => one.ToDetached())]).ToJson(),
    };
}
