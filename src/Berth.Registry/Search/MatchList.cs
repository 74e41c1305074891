using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>Gathers what was found, passes the filters of a query and counts the facets. What a change has replaced is passed over.</summary>
/// <param name="query">The filters.</param>
/// <param name="replaced">Rows of the large segment that have a newer listing, or none any more.</param>
/// <param name="scratch">Where to gather and count.</param>
/// <param name="isCounting">Whether facets are wanted.</param>
internal sealed class MatchList(CatalogQuery query, IReadOnlySet<long> replaced, SearchScratch scratch, bool isCounting)
{
    private readonly MatchFilter _filter = new(query);
    private readonly bool _isAnyReplaced = replaced.Count > 0;
    private ListingTable _table = null!;
    private bool _isFromBase;

    public List<Match> Matches => scratch.Matches;

    /// <summary>Plugins found already, so that a later tier does not name them again.</summary>
    public HashSet<long> Ids { get; } = [];

    /// <summary>What is added from here on is of this segment.</summary>
    /// <param name="table">Its listings.</param>
    /// <param name="isFromBase">Whether it is the large one, of which some have a newer listing.</param>
    public void Begin(ListingTable table, bool isFromBase) => (_table, _isFromBase) = (table, isFromBase);

    public void Add(int index, Tier tier, int score)
    {
        ref readonly var facts = ref _table.FactsOf(index);
        if ((_isFromBase && _isAnyReplaced && replaced.Contains(facts.Id)) || !_filter.Passes(_table, facts, index, tier))
            return;
        if (tier == Tier.Similar && Ids.Contains(facts.Id))
            return;
        scratch.Matches.Add(new Match(_isFromBase, index, tier, score));
        if (isCounting)
            scratch.Facets.Add(facts, _table.KeywordsOf(facts));
    }

    /// <summary>Every plugin, for a list without words.</summary>
    public void AddAll()
    {
        for (var index = 0; index < _table.Count; index++)
            Add(index, Tier.Words, 0);
    }
}
