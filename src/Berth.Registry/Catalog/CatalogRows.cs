using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Manifest;
using Berth.Registry.Keys;
using Berth.Registry.Publishing;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Versions;

namespace Berth.Registry.Catalog;

/// <summary>Reads plugins with all their versions from the tables.</summary>
internal static class CatalogRows
{
    private const string PackageColumns = "p.slug, p.owner_id, p.trust_level, p.created_at, o.name AS publisher_name";
    private const string VersionColumns =
        "slug, version, digest, size, unpacked_size, file_count, published_by, published_at, yanked_at, yank_reason, "
        + "deprecation, deprecated_at, successor_slug, successor_version, state, stages, publication_id";
    private const string PackageTables = "package p LEFT JOIN publisher o ON o.id = p.publisher_id";

    /// <summary>The plugins of the folded slugs that have a visible version, in no order. Manifests that <paramref name="known"/> has are not parsed again.</summary>
    public static async Task<IReadOnlyList<PluginRecord>> LoadAsync(
        DbSession session, IReadOnlyCollection<string> foldedSlugs, Func<string, PluginRecord?> known, long now)
    {
        var packages = await session.QueryAsync<PackageRow>(
            $"SELECT {PackageColumns} FROM {PackageTables} WHERE p.slug_folded IN @foldedSlugs", new { foldedSlugs });
        var slugs = packages.Select(p => p.Slug).ToList();
        var versions = (await session.QueryAsync<VersionRow>(
            $"SELECT {VersionColumns} FROM package_version WHERE slug IN @slugs AND state = 'visible'",
            new { slugs })).ToLookup(v => v.Slug);
        var channels = (await session.QueryAsync<ChannelRow>(
            "SELECT slug, name, version FROM release_channel WHERE slug IN @slugs", new { slugs })).ToLookup(channel => channel.Slug);

        var signatures = await PackageSignatureRows.OfPluginsAsync(session, slugs);
        var trust = await TrustLevelRows.LoadAsync(session, slugs, now);
        var plugins = new List<PluginRecord>(packages.Count);
        foreach (var package in packages.Where(package => versions[package.Slug].Any()))
        {
            var plugin = await ToPluginAsync(session, package, [.. versions[package.Slug]], signatures, known(package.Slug), trust[package.Slug]);
            plugins.Add(plugin with { PublisherName = package.PublisherName, ChosenChannels = channels[package.Slug].ToDictionary(channel => channel.Name, channel => channel.Version) });
        }

        return plugins;
    }

    /// <summary>One version in any state, with its plugin's owner, or <see langword="null"/>.</summary>
    public static async Task<VersionRecord?> FindKeptAsync(DbSession session, string foldedSlug, string version)
    {
        var package = await session.FirstOrDefaultAsync<PackageRow>($"SELECT {PackageColumns} FROM {PackageTables} WHERE p.slug_folded = @foldedSlug", new { foldedSlug });
        if (package is null)
            return null;
        var row = await session.FirstOrDefaultAsync<VersionRow>(
            $"SELECT {VersionColumns} FROM package_version WHERE slug = @Slug AND version = @version",
            new { package.Slug, version });
        var manifest = row is null ? null : await session.ScalarAsync<string>(
            "SELECT manifest FROM package_version WHERE slug = @Slug AND version = @version", new { package.Slug, version });
        var signatures = await PackageSignatureRows.OfPluginsAsync(session, [package.Slug]);
        return row is null ? null : ToVersion(row, Parse(package.Slug, manifest!), package.TrustLevel) with { Signatures = [.. signatures[(row.Slug, row.Version)]] };
    }

    private static async Task<PluginRecord> ToPluginAsync(
        DbSession session, PackageRow package, IReadOnlyList<VersionRow> rows, ILookup<(string, string), PackageSignature> signatures, PluginRecord? known, TrustInForce trust)
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

        var versions = rows.Select(r => ToVersion(r, manifests[r.Digest], trust.LevelOf(r.Version)) with { Signatures = [.. signatures[(r.Slug, r.Version)]] })
            .OrderByDescending(v => v.Manifest.Version)
            .ThenByDescending(v => v.PublishedAt)
            .ThenBy(v => v.Version, StringComparer.Ordinal);
        return new PluginRecord(package.Slug, package.OwnerId, trust.Level, DateTimeOffset.FromUnixTimeMilliseconds(package.CreatedAt), [.. versions])
        {
            TrustChangesAt = trust.ChangesAtInstant,
        };
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
        row.YankReason)
    {
        Deprecation = row.Deprecation is null ? null : new Deprecation(
            row.Deprecation, row.SuccessorSlug, row.SuccessorVersion, DateTimeOffset.FromUnixTimeMilliseconds(row.DeprecatedAt ?? 0)),
        State = row.State,
        Stages = StageJson.Read(row.Stages),
        PublicationId = row.PublicationId,
    };

    private sealed record PackageRow(string Slug, string OwnerId, string TrustLevel, long CreatedAt, string? PublisherName);

    private sealed record ChannelRow(string Slug, string Name, string Version);

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
        string? YankReason,
        string? Deprecation,
        long? DeprecatedAt,
        string? SuccessorSlug,
        string? SuccessorVersion,
        string State,
        string Stages,
        string? PublicationId);
}
