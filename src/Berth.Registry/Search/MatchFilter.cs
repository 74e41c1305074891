using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>
/// The filters of a query. The number of a value that is asked for is known as soon as one plugin has it; from then on numbers are
/// compared, which lie side by side, and not texts.
/// </summary>
internal sealed class MatchFilter(CatalogQuery query)
{
    private const int Unmet = int.MinValue;
    private int _trustLevel = Unmet;
    private int _category = Unmet;
    private int _type = Unmet;
    private int _keyword = Unmet;

    /// <summary>
    /// Quarantined plugins are found only by who asks for that level. One whose every version is yanked is found only by its
    /// exact slug: who uses it wants to know, nobody else should start.
    /// </summary>
    public bool Passes(ListingTable table, in ListingFacts facts, int index, Tier tier) =>
        (query.TrustLevel is { } level ? HasTrustLevel(table, facts, index, level) : !facts.IsQuarantined)
        && (facts.IsOffered || tier == Tier.Slug || facts.IsQuarantined)
        && (query.IsVerified is not { } isVerified || facts.IsVerified == isVerified)
        && (query.Category is not { } category || HasCategory(table, facts, index, category))
        && (query.Type is not { } type || HasType(table, facts, index, type))
        && (query.Keyword is not { } keyword || HasKeyword(table, facts, index, keyword));

    private bool HasTrustLevel(ListingTable table, in ListingFacts facts, int index, string wanted) =>
        _trustLevel != Unmet ? facts.TrustLevel == _trustLevel : Meets(table[index].TrustLevel, wanted, ref _trustLevel);

    private bool HasCategory(ListingTable table, in ListingFacts facts, int index, string wanted) =>
        _category != Unmet ? facts.Category == _category : Meets(table[index].Category, wanted, ref _category);

    private bool HasType(ListingTable table, in ListingFacts facts, int index, string wanted) =>
        _type != Unmet ? facts.Type == _type : Meets(table[index].Type, wanted, ref _type);

    private bool HasKeyword(ListingTable table, in ListingFacts facts, int index, string wanted)
    {
        if (_keyword != Unmet)
            return table.KeywordsOf(facts).Contains(_keyword);
        foreach (var keyword in table[index].Keywords)
        {
            if (Meets(keyword, wanted, ref _keyword))
                return true;
        }

        return false;
    }

    private static bool Meets(FacetText? value, string wanted, ref int met)
    {
        if (value?.Text != wanted)
            return false;
        met = value.Number;
        return true;
    }
}
