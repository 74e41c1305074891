using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search.Database;

/// <summary>Lists without words: the database walks an index in the order of the list, from the place of the last plugin shown, as far as the page goes.</summary>
internal static class ListSearch
{
    /// <summary>One page.</summary>
    public static async Task<SearchPage> RunAsync(DbSession session, CatalogQuery query, RankKey? after, int day, int limit, ListCountCache known)
    {
        var counts = await known.OfAsync(session, query);
        var ranking = new Ranking(query.Sort, HasWords: false, day, Revision: 0);
        var matches = new RowMatches(query, ranking, after, limit, isCounting: false);
        var place = Place(query.Sort, after);
        await session.EachAsync<CandidateRow>(
            $"""
             SELECT {CandidateRow.Columns}, CAST(0 AS BIGINT) AS is_whole_in_body FROM package_listing AS l{Index(query.Sort, session.Kind)}
             WHERE {SearchSql.Filter(query)}{(place is null ? "" : $" AND {place}")} ORDER BY {Order(query.Sort)} LIMIT @Count
             """,
            new
            {
                query.Category,
                query.TrustLevel,
                query.Type,
                query.Keyword,
                First = Negative(after?.First),
                Second = Negative(after?.Second),
                // A cursor is its caller's to change: nothing that a database refuses may come through it.
                Text = SearchWords.Clean(after?.Text ?? ""),
                Slug = SearchWords.Clean(after?.Slug ?? ""),
                Count = limit + 1L,
            },
            row => matches.Add(row, Tier.Words, 0));
        return matches.ToPage(counts);
    }

    // SQLite, which knows nothing of how many rows a filter leaves, would rather sort them all.
    private static string Index(CatalogSort sort, DatabaseKind kind) => kind != DatabaseKind.Sqlite ? "" : sort switch
    {
        CatalogSort.Popular => " INDEXED BY package_listing_by_heat",
        CatalogSort.Recent => " INDEXED BY package_listing_by_published",
        CatalogSort.Updated => " INDEXED BY package_listing_by_updated",
        CatalogSort.Name => " INDEXED BY package_listing_by_title",
        _ => " INDEXED BY package_listing_by_slug",
    };

    private static string Order(CatalogSort sort) => sort switch
    {
        CatalogSort.Popular => "l.heat DESC, l.downloads DESC, l.slug_folded",
        CatalogSort.Recent => "l.published_at DESC, l.slug_folded",
        CatalogSort.Updated => "l.updated_at DESC, l.slug_folded",
        CatalogSort.Name => "l.name_folded, l.slug_folded",
        _ => "l.slug_folded",
    };

    // Ranks are compared upwards, so numbers that go down are negative there. The first comparison is for the index.
    private static string? Place(CatalogSort sort, RankKey? after) => after is null ? null : sort switch
    {
        CatalogSort.Popular =>
            "l.heat <= @First AND (l.heat < @First OR l.downloads < @Second OR (l.downloads = @Second AND l.slug_folded > @Slug))",
        CatalogSort.Recent => "l.published_at <= @First AND (l.published_at < @First OR l.slug_folded > @Slug)",
        CatalogSort.Updated => "l.updated_at <= @First AND (l.updated_at < @First OR l.slug_folded > @Slug)",
        CatalogSort.Name => "l.name_folded >= @Text AND (l.name_folded > @Text OR l.slug_folded > @Slug)",
        _ => "l.slug_folded > @Slug",
    };

    private static long Negative(long? number) => number is null ? 0 : number == long.MinValue ? long.MaxValue : -number.Value;
}
