using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search.Database;

/// <summary>
/// Takes rows one after another, has them filtered, counted and ranked by what does it for the index in memory, some hundred at a
/// time, and keeps only the best.
/// </summary>
/// <param name="query">The filters.</param>
/// <param name="ranking">The order.</param>
/// <param name="after">The place of the last plugin shown, if there is one.</param>
/// <param name="limit">Plugins on the page.</param>
/// <param name="isCounting">Whether facets are wanted.</param>
internal sealed class RowMatches(CatalogQuery query, Ranking ranking, RankKey? after, int limit, bool isCounting)
{
    private const int PieceSize = 256;
    private readonly SearchScratch _scratch = SearchScratch.Rent();
    private readonly Vocabulary _vocabulary = new();
    private readonly BestPage _best = new(ranking, after, limit);
    private readonly List<(Listing Listing, Tier Tier, int Score)> _piece = new(PieceSize);
    private MatchList? _matches;
    private int _total;

    /// <summary>Takes a row.</summary>
    public void Add(CandidateRow row, Tier tier, int score)
    {
        _piece.Add((row.ToListing(_vocabulary), tier, score));
        if (_piece.Count == PieceSize)
            TakePiece();
    }

    /// <summary>How many passed the filters.</summary>
    public int Count()
    {
        TakePiece();
        return _total;
    }

    /// <summary>The page. Nothing can be added afterwards.</summary>
    /// <param name="counted">Count and facets of all that match, where they are known already.</param>
    public SearchPage ToPage(ListCounts? counted = null)
    {
        TakePiece();
        var page = _best.ToPage(counted?.Total ?? _total, counted?.Facets ?? _scratch.Facets.ToFacets(_vocabulary.FacetTexts));
        // Not after an exception: what it left is not worth keeping.
        _scratch.Return();
        return page;
    }

    private void TakePiece()
    {
        if (_piece.Count == 0)
            return;
        var table = new ListingTable([.. _piece.Select(found => found.Listing)]);
        _matches ??= new MatchList(query, FrozenSet<long>.Empty, _scratch, isCounting);
        _matches.Begin(table, isFromBase: true);
        for (var i = 0; i < _piece.Count; i++)
            _matches.Add(i, _piece[i].Tier, _piece[i].Score);
        var passed = CollectionsMarshal.AsSpan(_scratch.Matches);
        _best.Add(passed, table, table);
        _total += passed.Length;
        // So that similar names, which are looked for after a few were found, do not bring the same again.
        if (_total <= PieceSize)
        {
            foreach (ref readonly var match in passed)
                _matches.Ids.Add(table.FactsOf(match.Index).Id);
        }

        _scratch.Matches.Clear();
        _piece.Clear();
    }
}
