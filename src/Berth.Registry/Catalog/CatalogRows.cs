using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Manifest;

namespace Berth.Registry.Catalog;

/// <summary>Reads plugins with all their versions from the tables.</summary>
internal static class CatalogRows
{
    private const string PackageColumns = "slug, owner_id, trust_level, created_at";

    /// <summary>The plugins of the folded slugs that exist, in no order. Manifests that <paramref name="known"/> has are not parsed again.</summary>
    public static async Task<IReadOnlyList<PluginRecord>> LoadAsync(
        DbSession session, IReadOnlyCollection<string> foldedSlugs, Func<string, PluginRecord?> known)
    {
        var packages = await session.QueryAsync<PackageRow>(
            $"SELECT {PackageColumns} FROM package WHERE slug_folded IN @foldedSlugs", new { foldedSlugs });
        var slugs = packages.Select(p => p.Slug).ToList();
        var versions = (await session.QueryAsync<VersionRow>(
            """
            SELECT slug, version, digest, size, unpacked_size, file_count, published_by, published_at, yanked_at, yank_reason
            FROM package_version WHERE slug IN @slugs
            """,
            new { slugs })).ToLookup(v => v.Slug);

        var plugins = new List<PluginRecord>(packages.Count);
        foreach (var package in packages)
            plugins.Add(await ToPluginAsync(session, package, [.. versions[package.Slug]], known(package.Slug)));
        return plugins;
    }

    private static async Task<PluginRecord> ToPluginAsync(
        DbSession session, PackageRow package, IReadOnlyList<VersionRow> rows, PluginRecord? known)
    {
        var manifests = known?.Versions.ToDictionary(v => v.Digest, v => v.Manifest) ?? [];
        var missing = rows.Where(r => !manifests.ContainsKey(r.Digest)).Select(r => r.Version).ToList();
        // Statements may have a thousand parameters, so a plugin with more new versions than that is read in pieces.
        foreach (var piece in missing.Chunk(500))
        {
            var texts = await session.QueryAsync<ManifestRow>(
                "SELECT digest, manifest FROM package_version WHERE slug = @slug AND version IN @piece", new { slug = package.Slug, piece });
            foreach (var text in texts)
                manifests[text.Digest] = Parse(package.Slug, text.Manifest);
        }

        var versions = rows.Select(r => ToVersion(r, manifests[r.Digest], package.TrustLevel))
            .OrderByDescending(v => v.Manifest.Version)
            .ThenByDescending(v => v.PublishedAt)
            .ThenBy(v => v.Version, StringComparer.Ordinal);
        return new PluginRecord(package.Slug, package.OwnerId, package.TrustLevel, DateTimeOffset.FromUnixTimeMilliseconds(package.CreatedAt), [.. versions]);
    }

    private static PluginManifest Parse(string slug, string json) =>
        ManifestReader.Read(Encoding.UTF8.GetBytes(json)).Manifest
        ?? throw new InvalidDataException($"A stored manifest of the plugin '{slug}' is not valid any more.");

    private static VersionRecord ToVersion(VersionRow row, PluginManifest manifest, string trustLevel) => new(
        row.Slug,
        row.Version,
        row.Digest,
        row.Size,
        row.UnpackedSize,
        (int)row.FileCount,
        manifest,
        trustLevel,
        row.PublishedBy,
        DateTimeOffset.FromUnixTimeMilliseconds(row.PublishedAt),
        row.YankedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        row.YankReason);

    private sealed record PackageRow(string Slug, string OwnerId, string TrustLevel, long CreatedAt);

    private sealed record ManifestRow(string Digest, string Manifest);

    private sealed record VersionRow(
        string Slug,
        string Version,
        string Digest,
        long Size,
        long UnpackedSize,
        long FileCount,
        string PublishedBy,
        long PublishedAt,
        long? YankedAt,
        string? YankReason);
}
