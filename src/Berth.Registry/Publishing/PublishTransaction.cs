using System.Text;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Versioning;
using Berth.Registry.Search;
using Berth.Registry.Trust;

namespace Berth.Registry.Publishing;

/// <summary>The rows of a publish: conflicts are looked for and the version appears in the same transaction.</summary>
internal sealed class PublishTransaction(PublishRequest request, Package package, PackageTexts texts, DateTimeOffset now)
{
    private readonly string _version = package.Manifest.Version.ToString();
    private readonly string _folded = package.Manifest.Name.ToLowerInvariant();
    private readonly long _at = now.ToUnixTimeMilliseconds();

    /// <summary>What stands in the way of this package, or <see langword="null"/>.</summary>
    public async Task<PublishConflict?> FindConflictAsync(DbSession session)
    {
        var owner = await session.FirstOrDefaultAsync<OwnerRow>("SELECT slug, owner_id, trust_level FROM package WHERE slug_folded = @_folded", new { _folded });
        if (owner is null)
            return null;
        if (owner.Slug != package.Manifest.Name || (owner.OwnerId != request.PublisherId && !request.PublisherIsAdministrator))
            return new PublishConflict.SlugTaken(owner.Slug);

        var digest = await session.ScalarAsync<string>(
            "SELECT digest FROM package_version WHERE slug = @Slug AND version = @_version", new { owner.Slug, _version });
        return digest is null ? null
            : digest == package.Digest ? new PublishConflict.SameBytes()
            : new PublishConflict.OtherBytes(digest);
    }

    /// <summary>Writes everything, or says what stands in the way and writes nothing.</summary>
    public async Task<PublishConflict?> RunAsync(DbSession session)
    {
        if (await FindConflictAsync(session) is { } conflict)
            return conflict;

        var trust = await PutPackageAsync(session);
        await AddVersionAsync(session);
        if (await IsNewestAsync(session))
            await SearchIndex.PutAsync(session, package.Manifest.Name, package.Manifest, trust);
        var data = JsonSerializer.Serialize(new { slug = package.Manifest.Name, version = _version, digest = package.Digest, size = package.Size, trust_level = trust });
        var subject = $"{package.Manifest.Name}@{_version}";
        await RegistryRecords.AddEventAsync(session, _at, "berth.package.published", subject, request.PublisherId, data);
        await RegistryRecords.AddAuditAsync(session, _at, request.PublisherId, "package.publish", subject, data);
        return null;
    }

    /// <summary>Adds the plugin if it is new, with its first trust decision. Returns the level in force.</summary>
    private async Task<string> PutPackageAsync(DbSession session)
    {
        var slug = package.Manifest.Name;
        var inForce = await session.ScalarAsync<string>("UPDATE package SET updated_at = @_at WHERE slug = @slug RETURNING trust_level", new { _at, slug });
        if (inForce is not null)
            return inForce;

        var level = request.PublisherIsAdministrator ? TrustLevels.Internal : TrustLevels.Community;
        await session.ExecuteAsync(
            """
            INSERT INTO package (slug, slug_folded, owner_id, trust_level, created_at, updated_at)
            VALUES (@slug, @_folded, @PublisherId, @level, @_at, @_at)
            """,
            new { slug, _folded, request.PublisherId, level, _at });
        var reason = request.PublisherIsAdministrator ? "First published by an administrator." : "First published by a known account, not reviewed.";
        await TrustDecisions.RecordAsync(session, slug, level, request.PublisherId, reason, _at);
        return level;
    }

    private Task<int> AddVersionAsync(DbSession session) => session.ExecuteAsync(
        """
        INSERT INTO package_version (slug, version, digest, size, unpacked_size, file_count, manifest, readme, changelog, published_by, published_at)
        VALUES (@Name, @_version, @Digest, @Size, @UnpackedSize, @Count, @manifest, @Readme, @Changelog, @PublisherId, @_at)
        """,
        new
        {
            package.Manifest.Name,
            _version,
            package.Digest,
            package.Size,
            package.UnpackedSize,
            package.Files.Count,
            manifest = Encoding.UTF8.GetString(package.ManifestJson.Span),
            texts.Readme,
            texts.Changelog,
            request.PublisherId,
            _at,
        });

    /// <summary>Whether the catalogue shows this version's texts: no other offered version is stable and newer, or newer among prereleases.</summary>
    private async Task<bool> IsNewestAsync(DbSession session)
    {
        var published = await session.QueryAsync<string>(
            "SELECT version FROM package_version WHERE slug = @Name AND yanked_at IS NULL", new { package.Manifest.Name });
        var versions = published.Select(SemanticVersion.Parse).ToList();
        var newest = versions.Where(v => !v.IsPrerelease).DefaultIfEmpty().Max() ?? versions.Max()!;
        return package.Manifest.Version.CompareTo(newest) == 0 || versions.Count == 1;
    }

    private sealed record OwnerRow(string Slug, string OwnerId, string TrustLevel);
}
