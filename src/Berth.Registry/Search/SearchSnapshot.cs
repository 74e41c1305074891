using System.Runtime.InteropServices;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>The index at one moment: a large segment, and a small one of what changed since it was built.</summary>
/// <param name="all">The large one.</param>
/// <param name="changes">The small one.</param>
/// <param name="replaced">What of the large one has a newer listing in the small one, or none any more.</param>
/// <param name="counts">Counts downloads that came in: they are the one thing that changes within a snapshot.</param>
internal sealed class SearchSnapshot(SearchSegment all, SearchSegment changes, IReadOnlySet<long> replaced, ChangeCount counts)
{
    private readonly FirstPages _firstPages = new();

    // The vocabulary only grows: the later of the two segments knows the values of both.
    private readonly FacetText[] _facetTexts = changes.FacetTexts;

    /// <summary>All listings; of those that were replaced, the old one as well.</summary>
    public IEnumerable<Listing> Listings => all.Table.Listings.Concat(changes.Table.Listings);

    /// <summary>One page of what a query finds.</summary>
    /// <param name="query">What to look for; filters cleaned.</param>
    /// <param name="after">The place of the last plugin shown, if there is one.</param>
    /// <param name="day">The day that recent downloads are judged on.</param>
    public SearchPage Search(CatalogQuery query, RankKey? after, int day)
    {
        var limit = Math.Clamp(query.Limit, 1, FirstPages.Longest);
        var hasWords = !string.IsNullOrWhiteSpace(query.Text);
        if (hasWords || query is not { Category: null, TrustLevel: null, Type: null, Keyword: null, IsVerified: null })
            return Search(query, after, day, limit, hasWords, facets: null);
        // What everybody sees first: everything, the best at the top.
        var revision = counts.Value;
        var longest = _firstPages.Find(query.Sort, revision)
            ?? _firstPages.Keep(query.Sort, revision, Search(query, null, day, FirstPages.Longest, hasWords: false, facets: null));
        return after is null ? longest.First(limit) : Search(query, after, day, limit, hasWords: false, longest.Facets);
    }

    /// <summary>As above, looked for: nothing is known but, perhaps, the facets of all that match.</summary>
    private SearchPage Search(CatalogQuery query, RankKey? after, int day, int limit, bool hasWords, CatalogFacets? facets)
    {
        // Before anything is looked at: weights of this revision are of these counts or newer ones.
        var revision = counts.Value;
        var scratch = SearchScratch.Rent();
        var matches = new MatchList(query, replaced, scratch, isCounting: facets is null);
        Find(query, hasWords, scratch, matches);
        var best = new BestPage(new Ranking(query.Sort, hasWords, day, revision), after, limit);
        best.Add(CollectionsMarshal.AsSpan(scratch.Matches), all.Table, changes.Table);
        var page = best.ToPage(scratch.Matches.Count, facets ?? scratch.Facets.ToFacets(_facetTexts));
        // Not after an exception: what it left is not worth keeping.
        scratch.Return();
        return page;
    }

    private void Find(CatalogQuery query, bool hasWords, SearchScratch scratch, MatchList matches)
    {
        if (!hasWords)
        {
            matches.Begin(all.Table, isFromBase: true);
            matches.AddAll();
            matches.Begin(changes.Table, isFromBase: false);
            matches.AddAll();
            return;
        }

        var text = new QueryText(query.Text);
        if (text.Words.Count == 0)
            return;
        Find(text, isSimilarWanted: false, scratch, matches);
        if (SimilarNames.AreWanted(text, matches.Matches.Count))
        {
            foreach (var match in matches.Matches)
                matches.Ids.Add(TableOf(match).FactsOf(match.Index).Id);
            Find(text, isSimilarWanted: true, scratch, matches);
        }
    }

    private void Find(QueryText text, bool isSimilarWanted, SearchScratch scratch, MatchList matches)
    {
        matches.Begin(all.Table, isFromBase: true);
        all.Find(text, isSimilarWanted, scratch, matches);
        matches.Begin(changes.Table, isFromBase: false);
        changes.Find(text, isSimilarWanted, scratch, matches);
    }

    private ListingTable TableOf(in Match match) => (match.IsFromBase ? all : changes).Table;
}
