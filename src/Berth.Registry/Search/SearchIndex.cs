using System.Text;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;
using Berth.Registry.Catalog;
using Berth.Registry.Versions;

namespace Berth.Registry.Search;

/// <summary>Keeps the listing of a plugin up to date, inside the transaction of what it reports.</summary>
internal static class SearchIndex
{
    // Grows with every change of a row, also within a millisecond and when clocks of two nodes differ.
    private const string Changed = "changed_at = CASE WHEN package_listing.changed_at >= @now THEN package_listing.changed_at + 1 ELSE @now END";
    private const string Relisted = Changed + ", relisted_at = CASE WHEN package_listing.changed_at >= @now THEN package_listing.changed_at + 1 ELSE @now END";

    /// <summary>
    /// Makes the listing of a plugin anew from its rows: under the manifest of its newest offered version (stable before
    /// prerelease), or not at all when no version is visible. To be called in every transaction that adds a version or changes
    /// a version's state or yank.
    /// </summary>
    /// <param name="added">The version that was just added, where that is the change: when it is the newest, nothing is read again.</param>
    public static async Task RefreshAsync(DbSession session, string slug, AddedVersion? added = null)
    {
        if (added is { IsFirst: true })
        {
            await PutAsync(session, slug, added, new VersionRow(added.Package.Manifest.Version.ToString(), added.At, null), added.At);
            return;
        }

        var rows = await session.QueryAsync<VersionRow>(
            "SELECT version, published_at, yanked_at FROM package_version WHERE slug = @slug AND state = 'visible'", new { slug });
        var newest = rows.Select(row => (Row: row, Number: SemanticVersion.Parse(row.Version)))
            .OrderBy(row => row.Row.YankedAt is not null).ThenBy(row => row.Number.IsPrerelease).ThenByDescending(row => row.Number)
            .Select(row => row.Row).FirstOrDefault();
        if (newest is null)
        {
            await session.ExecuteAsync($"UPDATE package_listing SET listed = 0, {Relisted} WHERE slug = @slug", new { slug, now = Now() });
            return;
        }

        if (added is not null && newest.Version == added.Package.Manifest.Version.ToString())
        {
            await PutAsync(session, slug, added, newest, rows.Min(row => row.PublishedAt));
            return;
        }

        var version = (await session.FirstOrDefaultAsync<NewestRow>(
            "SELECT manifest, digest, size, deprecation, successor_slug, successor_version FROM package_version WHERE slug = @slug AND version = @Version", new { slug, newest.Version }))!;
        var manifest = ManifestReader.Read(Encoding.UTF8.GetBytes(version.Manifest)).Manifest
            ?? throw new InvalidDataException($"A stored manifest of the plugin '{slug}' is not valid any more.");
        var trust = await session.ScalarAsync<string>("SELECT trust_level FROM package WHERE slug = @slug", new { slug });
        await PutAsync(session, slug, manifest, trust!, newest, version, rows.Min(row => row.PublishedAt));
    }

    /// <summary>Takes over a trust decision.</summary>
    public static Task SetTrustAsync(DbSession session, string slug, string trustLevel) => session.ExecuteAsync(
        $"UPDATE package_listing SET trust_level = @trustLevel, {Relisted} WHERE slug = @slug", new { slug, trustLevel, now = Now() });

    /// <summary>Adds downloads of a day. A plugin that is not listed keeps its counts, too.</summary>
    public static async Task AddDownloadsAsync(DbSession session, string slug, int day, long count)
    {
        // The first statement locks the row, so that what the second writes is of what the first read.
        var heat = await session.ScalarAsync<long?>(
            $"UPDATE package_listing SET downloads = downloads + @count, {Changed} WHERE slug = @slug RETURNING heat", new { slug, count, now = Now() });
        if (heat is { } before)
            await session.ExecuteAsync("UPDATE package_listing SET heat = @heat WHERE slug = @slug", new { slug, heat = Heat.Add(before, day, count) });
    }

    private static Task PutAsync(DbSession session, string slug, AddedVersion added, VersionRow newest, long firstPublished) => PutAsync(
        session, slug, added.Package.Manifest, added.TrustLevel, newest, new NewestRow("", added.Package.Digest, added.Package.Size), firstPublished);

    private static async Task PutAsync(
        DbSession session, string slug, PluginManifest manifest, string trust, VersionRow newest, NewestRow version, long firstPublished)
    {
        var document = SearchDocument.Of(manifest);
        var (downloads, heat) = await DownloadsAsync(session, slug);
        var (folded, nameFolded) = (slug.ToLowerInvariant(), SearchWords.Fold(manifest.DisplayName));
        var forms = NameForms.Of(folded, nameFolded);
        await session.ExecuteAsync(
            $"""
             INSERT INTO package_listing (slug, slug_folded, listed, offered, deprecated, verified, name, name_folded, name_since, category, type, trust_level, keywords,
                 title_words, other_words, body_words, summary, published_at, updated_at, downloads, heat, relisted_at, changed_at,
                 slug_compact, name_compact, slug_skeleton, name_skeleton, formed_name)
             VALUES (@slug, @folded, 1, @offered, @deprecated, @verified, @name, @nameFolded, @firstPublished, @category, @type, @trust, @keywords,
                 @Title, @Other, @Body, @summary, @firstPublished, @PublishedAt, @downloads, @heat, @now, @now,
                 @SlugCompact, @NameCompact, @SlugSkeleton, @NameSkeleton, @nameFolded)
             ON CONFLICT (slug) DO UPDATE SET listed = 1, offered = excluded.offered, deprecated = excluded.deprecated, verified = excluded.verified, name = excluded.name,
                 name_since = CASE WHEN package_listing.name_folded = excluded.name_folded THEN package_listing.name_since ELSE @now END,
                 name_folded = excluded.name_folded, category = excluded.category, type = excluded.type, trust_level = excluded.trust_level,
                 keywords = excluded.keywords, title_words = excluded.title_words, other_words = excluded.other_words,
                 body_words = excluded.body_words, summary = excluded.summary, published_at = excluded.published_at,
                 updated_at = excluded.updated_at, slug_compact = excluded.slug_compact, name_compact = excluded.name_compact,
                 slug_skeleton = excluded.slug_skeleton, name_skeleton = excluded.name_skeleton, formed_name = excluded.formed_name, {Relisted}
             """,
            new
            {
                slug,
                folded,
                offered = newest.YankedAt is null,
                deprecated = version.Deprecation is not null,
                verified = await IsVerifiedAsync(session, slug),
                name = SearchWords.Clean(manifest.DisplayName),
                nameFolded,
                category = manifest.Category is null ? null : SearchWords.Clean(manifest.Category),
                type = manifest.Type.ToString().ToLowerInvariant(),
                trust,
                keywords = JsonSerializer.Serialize(manifest.Keywords.Select(SearchWords.Fold).Where(word => word.Length > 0).Distinct(StringComparer.Ordinal)),
                document.Title,
                document.Other,
                document.Body,
                forms.SlugCompact,
                forms.NameCompact,
                forms.SlugSkeleton,
                forms.NameSkeleton,
                summary = ListingSummary.Of(slug, manifest, newest.Version, version.Digest, version.Size, newest.YankedAt is not null, DeprecationOf(version)),
                firstPublished,
                newest.PublishedAt,
                downloads,
                heat,
                now = Now(),
            });
    }

    private static Deprecation? DeprecationOf(NewestRow version) =>
        version.Deprecation is { } message ? new Deprecation(message, version.SuccessorSlug, version.SuccessorVersion, DateTimeOffset.MinValue) : null;

    private static async Task<bool> IsVerifiedAsync(DbSession session, string slug) => await session.ScalarAsync<long>(
        """
        SELECT COUNT(*) FROM package p JOIN publisher_proof f ON f.publisher_id = p.publisher_id
        WHERE p.slug = @slug AND f.verified_at IS NOT NULL AND f.expires_at > @now
        """,
        new { slug, now = Now() }) > 0;

    /// <summary>What a plugin that was never listed, or whose listing is gone, was downloaded.</summary>
    private static async Task<(long Downloads, long Heat)> DownloadsAsync(DbSession session, string slug)
    {
        if (await session.ScalarAsync<long?>("SELECT id FROM package_listing WHERE slug = @slug", new { slug }) is not null)
            return (0, Heat.None);
        var days = await session.QueryAsync<DayRow>(
            "SELECT day, CAST(SUM(count) AS BIGINT) AS count FROM download_daily WHERE slug = @slug GROUP BY day", new { slug });
        return (days.Sum(day => day.Count), days.Aggregate(Heat.None, (heat, day) => Heat.Add(heat, DownloadDays.Number(day.Day), day.Count)));
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record VersionRow(string Version, long PublishedAt, long? YankedAt);

    private sealed record NewestRow(
        string Manifest, string Digest, long Size, string? Deprecation = null, string? SuccessorSlug = null, string? SuccessorVersion = null);

    private sealed record DayRow(string Day, long Count);
}
