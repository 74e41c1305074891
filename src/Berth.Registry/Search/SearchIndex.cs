using Berth.Data.Sessions;
using Berth.Packaging.Manifest;
using Berth.Registry.Trust;

namespace Berth.Registry.Search;

/// <summary>Keeps the listing of a plugin up to date, inside the transaction of what it reports.</summary>
internal static class SearchIndex
{
    /// <summary>Lists a plugin under the manifest of its newest version.</summary>
    public static async Task PutAsync(DbSession session, string slug, PluginManifest newest, string trustLevel)
    {
        var id = await session.ScalarAsync<long>(
            """
            INSERT INTO package_listing (slug, slug_folded, name_folded, category, trust_level, trust_rank, weight)
            VALUES (@slug, @folded, @name, @category, @trust, @rank, @weight)
            ON CONFLICT (slug) DO UPDATE SET name_folded = excluded.name_folded, category = excluded.category
            RETURNING id
            """,
            new
            {
                slug,
                folded = slug.ToLowerInvariant(),
                name = SearchWords.Fold(newest.DisplayName),
                category = newest.Category is null ? null : SearchWords.Clean(newest.Category),
                trust = trustLevel,
                rank = Rank(trustLevel),
                weight = Weight(trustLevel, 0),
            });
        await PutWordsAsync(session, id, SearchDocument.Of(newest));
    }

    /// <summary>Takes over a trust decision.</summary>
    public static async Task SetTrustAsync(DbSession session, string slug, string trustLevel)
    {
        var downloads = await session.ScalarAsync<long>("SELECT downloads FROM package_listing WHERE slug = @slug", new { slug });
        await session.ExecuteAsync(
            "UPDATE package_listing SET trust_level = @trustLevel, trust_rank = @rank, weight = @weight WHERE slug = @slug",
            new { slug, trustLevel, rank = Rank(trustLevel), weight = Weight(trustLevel, downloads) });
    }

    /// <summary>Adds downloads.</summary>
    public static async Task AddDownloadsAsync(DbSession session, string slug, long count)
    {
        var row = await session.FirstOrDefaultAsync<ListingRow>(
            "UPDATE package_listing SET downloads = downloads + @count WHERE slug = @slug RETURNING trust_level, downloads", new { slug, count });
        if (row is not null)
        {
            await session.ExecuteAsync(
                "UPDATE package_listing SET weight = @weight WHERE slug = @slug", new { slug, weight = Weight(row.TrustLevel, row.Downloads) });
        }
    }

    /// <summary>
    /// 100 for a plugin of which nothing is known. Trust doubles at most; downloads add 20 for each power of ten, so that
    /// a million of them do not bury a better match.
    /// </summary>
    private static long Weight(string trustLevel, long downloads)
    {
        var trust = trustLevel switch
        {
            TrustLevels.Internal or TrustLevels.Verified => 100,
            TrustLevels.Community => 50,
            _ => 0,
        };
        return 100 + trust + (long)(20 * Math.Log10(1 + downloads));
    }

    private static long Rank(string trustLevel) => TrustLevels.All.TakeWhile(level => level != trustLevel).Count();

    private static async Task PutWordsAsync(DbSession session, long id, SearchDocument document)
    {
        if (session.Kind == DatabaseKind.PostgreSql)
        {
            await session.ExecuteAsync(
                "INSERT INTO package_search (id, document) VALUES (@id, CAST(@lexemes AS tsvector)) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
                new { id, lexemes = document.ToLexemes() });
            return;
        }

        await session.ExecuteAsync("DELETE FROM package_search WHERE rowid = @id", new { id });
        await session.ExecuteAsync(
            "INSERT INTO package_search (rowid, title, keywords, body) VALUES (@id, @title, @keywords, @body)",
            new { id, title = string.Join(' ', document.Title), keywords = string.Join(' ', document.Keywords), body = string.Join(' ', document.Body) });
    }

    private sealed record ListingRow(string TrustLevel, long Downloads);
}
