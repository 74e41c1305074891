using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>Finds slugs. The order: the exact slug, the exact display name, names that begin with the query, then words.</summary>
/// <remarks>
/// The first three tiers stand above everything that trust, downloads or repeated words can do, so an impostor never
/// passes the plugin that bears the name. Quarantined plugins are found only by who asks for that level.
/// </remarks>
internal static class SearchQuery
{
    private const string Filters =
        """
        (@category IS NULL OR l.category = @category)
        AND (CASE WHEN @trust IS NULL THEN l.trust_level <> 'quarantined' ELSE l.trust_level = @trust END)
        """;

    /// <summary>One page of slugs and how many match.</summary>
    public static async Task<(IReadOnlyList<string> Slugs, long Total, SearchCursor? Next)> RunAsync(DbSession session, CatalogQuery query)
    {
        var limit = Math.Clamp(query.Limit, 1, 100);
        var cursor = SearchCursor.Read(query);
        query = query with
        {
            Category = query.Category is null ? null : SearchWords.Clean(query.Category),
            TrustLevel = query.TrustLevel is null ? null : SearchWords.Clean(query.TrustLevel),
        };
        if (string.IsNullOrWhiteSpace(query.Text))
            return await ListAsync(session, query, cursor, limit);

        var words = SearchWords.OfQuery(query.Text);
        return words.Count == 0 ? ([], 0, null) : await RankAsync(session, query, words, cursor, limit);
    }

    private static async Task<(IReadOnlyList<string> Slugs, long Total, SearchCursor? Next)> ListAsync(
        DbSession session, CatalogQuery query, SearchCursor cursor, int limit)
    {
        var total = await session.ScalarAsync<long>(
            $"SELECT COUNT(*) FROM package_listing l WHERE {Filters}", new { category = query.Category, trust = query.TrustLevel });
        var slugs = await session.QueryAsync<string>(
            $"SELECT l.slug FROM package_listing l WHERE {Filters} AND l.slug_folded > @after ORDER BY l.slug_folded LIMIT @limit",
            new { category = query.Category, trust = query.TrustLevel, after = cursor.After, limit = limit + 1L });
        return Page(slugs, total, limit, page => cursor with { After = page[^1].ToLowerInvariant() });
    }

    private static async Task<(IReadOnlyList<string> Slugs, long Total, SearchCursor? Next)> RankAsync(
        DbSession session, CatalogQuery query, IReadOnlyList<string> words, SearchCursor cursor, int limit)
    {
        var matches = session.Kind == DatabaseKind.PostgreSql
            ? """
              SELECT s.id, ts_rank(s.document, q.query) AS score
              FROM package_search s, (SELECT CAST(@match AS tsquery) AS query) q WHERE s.document @@ q.query
              """
            : "SELECT rowid AS id, -bm25(package_search, 8.0, 4.0, 1.0) AS score FROM package_search WHERE package_search MATCH @match";
        var text = SearchWords.Fold(query.Text);
        var parameters = new
        {
            category = query.Category,
            trust = query.TrustLevel,
            match = session.Kind == DatabaseKind.PostgreSql ? PostgreSqlMatch(words) : SqliteMatch(words),
            text,
            prefix = EscapeLike(text) + "%",
            limit = limit + 1L,
            offset = cursor.Offset,
        };

        var total = await session.ScalarAsync<long>(
            $"SELECT COUNT(*) FROM ({matches}) m JOIN package_listing l ON l.id = m.id WHERE {Filters}", parameters);
        var slugs = await session.QueryAsync<string>(
            $"""
             SELECT l.slug,
                 CASE WHEN l.slug_folded = @text THEN 0
                      WHEN l.name_folded = @text THEN 1
                      WHEN l.slug_folded LIKE @prefix ESCAPE '!' OR l.name_folded LIKE @prefix ESCAPE '!' THEN 2
                      ELSE 3 END AS tier
             FROM ({matches}) m JOIN package_listing l ON l.id = m.id
             WHERE {Filters}
             ORDER BY tier, CASE WHEN l.name_folded = @text THEN l.trust_rank ELSE 0 END, m.score * l.weight DESC, l.slug_folded
             LIMIT @limit OFFSET @offset
             """,
            parameters);
        return Page(slugs, total, limit, page => cursor with { Offset = cursor.Offset + page.Count });
    }

    private static (IReadOnlyList<string> Slugs, long Total, SearchCursor? Next) Page(
        IReadOnlyList<string> slugs, long total, int limit, Func<IReadOnlyList<string>, SearchCursor> next)
    {
        if (slugs.Count <= limit)
            return (slugs, total, null);

        IReadOnlyList<string> page = [.. slugs.Take(limit)];
        return (page, total, next(page));
    }

    // The last word may be unfinished, because people search while they type.
    private static string SqliteMatch(IReadOnlyList<string> words) => string.Join(' ', words.Select(word => $"\"{word}\"")) + "*";

    private static string PostgreSqlMatch(IReadOnlyList<string> words) => string.Join(" & ", words.Select(word => $"'{word}'")) + ":*";

    private static string EscapeLike(string text) =>
        text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);
}
