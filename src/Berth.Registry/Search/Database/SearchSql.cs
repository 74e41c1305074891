using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search.Database;

/// <summary>The statements of a search by words, on both dialects. Rows are named <c>l</c>.</summary>
internal static class SearchSql
{
    /// <summary>What the database needs beside the listings. It makes publishing dearer, so only who searches by it has it.</summary>
    public const string SchemaPart = "search";

    /// <summary>The listings; on SQLite by the index that holds all that a search looks at, side by side.</summary>
    public static string From(DatabaseKind kind) =>
        kind == DatabaseKind.Sqlite ? "FROM package_listing AS l INDEXED BY package_search_narrow" : "FROM package_listing AS l";

    /// <summary>
    /// What lets the same rows pass as <see cref="MatchFilter"/>, which looks at each of them again: a search need not carry over
    /// what it throws away, and a list is counted by the database.
    /// </summary>
    /// <param name="exactSlug">Whether a row with the exact slug passes also when every version is yanked.</param>
    public static string Filter(CatalogQuery query, bool exactSlug = false) => string.Join(" AND ", Conditions(query, exactSlug));

    /// <summary>Every row that a query finds by name or by words.</summary>
    /// <param name="isRanked">Whether it matters how well a row matches.</param>
    public static string Candidates(CatalogQuery query, QueryText text, DatabaseKind kind, bool isRanked) =>
        $"""
         SELECT {CandidateRow.Columns}, {(isRanked ? WholeInBody(kind) : "CAST(0 AS BIGINT)")} AS is_whole_in_body
         {From(kind)} WHERE {Filter(query, exactSlug: true)} AND l.id IN ({string.Join(" UNION ALL ", Found(text, kind))})
         """;

    /// <summary>The names of every row that passes the filters.</summary>
    public static string Names(CatalogQuery query, DatabaseKind kind) =>
        $"SELECT l.id, COALESCE(l.slug_compact, '') AS slug_compact, COALESCE(l.name_compact, '') AS name_compact, l.title_words {From(kind)} WHERE {Filter(query)}";

    /// <summary>Rows by id.</summary>
    public static string ByIds(DatabaseKind kind) =>
        $"SELECT {CandidateRow.Columns}, CAST(0 AS BIGINT) AS is_whole_in_body {From(kind)} WHERE l.listed = 1 AND l.id IN @ids";

    private static IEnumerable<string> Conditions(CatalogQuery query, bool exactSlug)
    {
        yield return "l.listed = 1";
        yield return query.TrustLevel is null ? "l.trust_level <> 'quarantined'" : "l.trust_level = @TrustLevel";
        yield return $"(l.offered = 1 OR l.trust_level = 'quarantined'{(exactSlug ? " OR l.slug_folded = @Folded" : "")})";
        if (query.IsVerified is { } isVerified)
            yield return isVerified ? "l.verified = 1" : "l.verified = 0";
        if (query.Category is not null)
            yield return "l.category = @Category";
        if (query.Type is not null)
            yield return "l.type = @Type";
        if (query.Keyword is not null)
            yield return "l.id IN (SELECT listing_id FROM package_search_keyword WHERE keyword = @Keyword)";
    }

    private static IEnumerable<string> Found(QueryText text, DatabaseKind kind)
    {
        foreach (var column in (string[])["slug_folded", "name_folded", "slug_compact", "name_compact"])
        {
            yield return Beginning(column, "Folded");
            if (text.Compact.Length > 1 && text.Compact != text.Folded)
                yield return Beginning(column, "Compact");
        }

        if (text.Skeleton.Length > 1)
        {
            yield return "SELECT id FROM package_listing WHERE slug_skeleton = @Skeleton";
            yield return "SELECT id FROM package_listing WHERE name_skeleton = @Skeleton";
        }

        yield return kind == DatabaseKind.Sqlite
            ? "SELECT rowid FROM package_search WHERE package_search MATCH @Words"
            : "SELECT listing_id FROM package_search WHERE words @@ CAST(@Words AS TSQUERY)";
    }

    private static string Beginning(string column, string text) => $"SELECT id FROM package_listing WHERE {column} >= @{text} AND {column} < @{text}End";

    private static string WholeInBody(DatabaseKind kind) => kind == DatabaseKind.Sqlite
        ? "l.id IN (SELECT rowid FROM package_search WHERE package_search MATCH @BodyWord)"
        : "CAST(CASE WHEN strpos(' ' || l.body_words || ' ', @BodyWord) > 0 THEN 1 ELSE 0 END AS BIGINT)";
}
