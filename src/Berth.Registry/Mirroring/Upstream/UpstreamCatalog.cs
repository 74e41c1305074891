using System.Collections.Concurrent;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Mirroring.Upstream;

/// <summary>
/// A catalogue with another registry behind it. What has a row here, visible or not, is of this house and never asked for
/// upstream, so nobody there can take its place; neither is what begins as the names of this house do.
/// </summary>
internal sealed class UpstreamCatalog(
    PublishedCatalog local, UpstreamPlugins upstream, UpstreamPackages packages, UpstreamOptions options, IDatabase database, TimeProvider time) : ICatalog, IUpstream
{
    private readonly ConcurrentDictionary<string, WeakReference<PluginRecord>> _shown = new(StringComparer.OrdinalIgnoreCase);

    public async ValueTask<PluginRecord?> FindAsync(string slug, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        if (await local.FindAsync(slug, cancellationToken) is { } here)
        {
            if (!_shown.IsEmpty)
                _shown.TryRemove(slug, out _);
            return here;
        }

        if (!IsSlug(slug) || options.LocalPrefixes.Any(prefix => slug.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) || await IsOfThisHouseAsync(slug, cancellationToken))
            return null;
        if (await upstream.FindAsync(slug, cancellationToken) is not { } plugin)
            return null;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (await database.ReadAsync(session => UpstreamQuarantines.ApplyAsync(session, plugin, now), cancellationToken) is { } quarantined)
            plugin = upstream.As(plugin, quarantined);
        if (_shown.Count > 10_000)
            _shown.Clear();
        _shown[slug] = new WeakReference<PluginRecord>(plugin);
        return plugin;
    }

    public async ValueTask<VersionRecord?> FindVersionAsync(string slug, string version, CancellationToken cancellationToken = default) =>
        (await FindAsync(slug, cancellationToken))?.Versions.FirstOrDefault(v => v.Version == version);

    public Task<CatalogPage> SearchAsync(CatalogQuery query, CancellationToken cancellationToken = default) => local.SearchAsync(query, cancellationToken);

    public Task<VersionTexts?> FindTextsAsync(string slug, string version, CancellationToken cancellationToken = default) => local.FindTextsAsync(slug, version, cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> DownloadsAsync(string slug, CancellationToken cancellationToken = default) => local.DownloadsAsync(slug, cancellationToken);

    public string? StateOf(string slug) =>
        _shown.TryGetValue(slug, out var known) && known.TryGetTarget(out var plugin) ? (upstream.IsStale(plugin) ? "stale" : "fresh") : null;

    public async Task EnsureBytesAsync(VersionRecord version, CancellationToken cancellationToken = default)
    {
        using var package = await HoldAsync(version, cancellationToken);
        if (package is not null)
            await package.WhenStoredAsync(cancellationToken);
    }

    public async Task<ArrivingPackage?> OpenAsync(VersionRecord version, CancellationToken cancellationToken = default)
    {
        var package = await HoldAsync(version, cancellationToken);
        try
        {
            // What is small, or was quick, is in the store by now.
            if (package is null || await package.ShowsBeforeItIsStoredAsync(cancellationToken))
                return Interlocked.Exchange(ref package, null);
            return null;
        }
        finally
        {
            package?.Dispose();
        }
    }

    private async Task<ArrivingPackage?> HoldAsync(VersionRecord version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(version);
        return packages.IsStored(version) || await IsOfThisHouseAsync(version.Slug, cancellationToken) ? null
            : packages.Hold(version) is { } arrival ? new ArrivingPackage(arrival)
            : null;
    }

    private Task<bool> IsOfThisHouseAsync(string slug, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.ScalarAsync<string>("SELECT slug FROM package WHERE slug_folded = @folded", new { folded = slug.ToLowerInvariant() }) is not null, cancellationToken);

    // The rule of slugs in manifests; nothing else becomes a part of an address.
    private static bool IsSlug(string slug) =>
        slug.Length is >= 2 and <= 64 && char.IsAsciiLetter(slug[0]) && slug.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
