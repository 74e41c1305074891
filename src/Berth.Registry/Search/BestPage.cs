namespace Berth.Registry.Search;

/// <summary>Keeps the best of what was found: a page is a few of many, and most of the many are told by two numbers to be worse than all of them.</summary>
/// <param name="ranking">The order.</param>
/// <param name="after">The place of the last plugin shown, if there is one.</param>
/// <param name="limit">Plugins on the page.</param>
internal sealed class BestPage(Ranking ranking, RankKey? after, int limit)
{
    private readonly PriorityQueue<Listing, RankKey> _best = new(limit + 2, Worst.First);
    private bool _isFull;
    private RankKey _worst;

    /// <summary>Takes what is among the best so far.</summary>
    /// <param name="matches">What was found.</param>
    /// <param name="all">The listings of matches of the large segment.</param>
    /// <param name="changes">Those of the small one.</param>
    public void Add(ReadOnlySpan<Match> matches, ListingTable all, ListingTable changes)
    {
        foreach (ref readonly var match in matches)
        {
            var table = match.IsFromBase ? all : changes;
            var (first, second) = ranking.NumbersOf(match, table);
            if (_isFull && (first > _worst.First || (first == _worst.First && second > _worst.Second)))
                continue;
            var listing = table[match.Index];
            var key = ranking.KeyOf(listing, first, second);
            if (after is { } last && key.CompareTo(last) <= 0)
                continue;
            if (_isFull)
                _best.EnqueueDequeue(listing, key);
            else
                _best.Enqueue(listing, key);
            _isFull = _best.Count > limit;
            if (_isFull)
                _best.TryPeek(out _, out _worst);
        }
    }

    /// <summary>The page, in order. Nothing can be added afterwards.</summary>
    public SearchPage ToPage(int total, Catalog.CatalogFacets facets)
    {
        if (_isFull)
            _best.Dequeue();
        var page = new RankedListing[_best.Count];
        for (var i = page.Length - 1; i >= 0; i--)
        {
            _best.TryDequeue(out var listing, out var key);
            page[i] = new(listing!, key);
        }

        return new SearchPage(page, total, _isFull, facets);
    }

    private sealed class Worst : IComparer<RankKey>
    {
        public static readonly Worst First = new();

        public int Compare(RankKey x, RankKey y) => y.CompareTo(x);
    }
}
