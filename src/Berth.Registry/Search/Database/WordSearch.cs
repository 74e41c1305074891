using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search.Database;

/// <summary>Looks for words: the database finds the rows, and every one of them is filtered, counted and ranked here.</summary>
internal static class WordSearch
{
    private const int MostIds = 500;

    /// <summary>One page.</summary>
    public static async Task<SearchPage> RunAsync(DbSession session, CatalogQuery query, RankKey? after, int day, int limit)
    {
        var ranking = new Ranking(query.Sort, HasWords: true, day, Revision: 0);
        var matches = new RowMatches(query, ranking, after, limit, isCounting: true);
        var text = new QueryText(query.Text);
        if (text.Words.Count == 0)
            return matches.ToPage();
        var parameters = SearchParameters.Of(query, text, session.Kind);
        await session.EachAsync<CandidateRow>(
            SearchSql.Candidates(query, text, session.Kind, isRanked: query.Sort == CatalogSort.Relevance),
            parameters,
            row =>
            {
                var (tier, score) = CandidateMatch.Of(text, row);
                matches.Add(row, tier, score);
            });
        if (SimilarNames.AreWanted(text, matches.Count()))
            await AddSimilarAsync(session, query, text, parameters, matches);
        return matches.ToPage();
    }

    private static async Task AddSimilarAsync(DbSession session, CatalogQuery query, QueryText text, SearchParameters parameters, RowMatches matches)
    {
        var pattern = new SimilarPattern(text);
        var near = new Dictionary<long, int>();
        await session.EachAsync<NameRow>(SearchSql.Names(query, session.Kind), parameters, row =>
        {
            if (pattern.DistanceTo(row) is { } distance)
                near.Add(row.Id, distance);
        });
        foreach (var ids in near.Keys.Chunk(MostIds))
        {
            await session.EachAsync<CandidateRow>(
                SearchSql.ByIds(session.Kind), new { ids }, row => matches.Add(row, Tier.Similar, SimilarNames.ScoreOf(near[row.Id])));
        }
    }
}
