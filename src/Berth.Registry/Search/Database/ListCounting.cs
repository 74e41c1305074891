using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search.Database;

/// <summary>Has the database count what a list without words shows beside its page: a walk over an index, and one over the keywords.</summary>
internal static class ListCounting
{
    public static async Task<ListCounts> RunAsync(DbSession session, CatalogQuery query)
    {
        var parameters = new SearchParameters(query);
        var filter = SearchSql.Filter(query);
        var vocabulary = new Vocabulary();
        var facets = new FacetCount();
        var total = 0;
        await session.EachAsync<GroupRow>(
            $"""
             SELECT l.trust_level, l.category, l.type, l.verified, COUNT(*) AS count FROM package_listing AS l WHERE {filter}
             GROUP BY l.trust_level, l.category, l.type, l.verified
             """,
            parameters,
            row =>
            {
                total += (int)row.Count;
                facets.Add(row.Category is null ? null : vocabulary.Facet(row.Category), vocabulary.Facet(row.TrustLevel), vocabulary.Facet(row.Type), row.Verified, (int)row.Count);
            });
        await session.EachAsync<KeywordRow>(
            $"""
             SELECT k.keyword, COUNT(*) AS count FROM package_search_keyword AS k JOIN package_listing AS l ON l.id = k.listing_id WHERE {filter}
             GROUP BY k.keyword ORDER BY COUNT(*) DESC, k.keyword LIMIT {FacetCount.MostKeywords}
             """,
            parameters,
            row => facets.AddKeyword(vocabulary.Facet(row.Keyword), (int)row.Count));
        return new ListCounts(total, facets.ToFacets(vocabulary.FacetTexts));
    }

    private sealed record GroupRow(string TrustLevel, string? Category, string Type, bool Verified, long Count);

    private sealed record KeywordRow(string Keyword, long Count);
}
