namespace Berth.Registry.Search;

/// <summary>Counts values among what was found.</summary>
internal sealed class FacetCount
{
    private const int MostKeywords = 20;
    private readonly FacetTally _categories = new();
    private readonly FacetTally _levels = new();
    private readonly FacetTally _types = new();
    private readonly FacetTally _keywords = new();
    private int _verified;

    public void Add(in ListingFacts facts, ReadOnlySpan<int> keywords)
    {
        if (facts.Category != ListingFacts.NoCategory)
            _categories.Add(facts.Category);
        _levels.Add(facts.TrustLevel);
        _types.Add(facts.Type);
        foreach (var keyword in keywords)
            _keywords.Add(keyword);
        if (facts.IsVerified)
            _verified++;
    }

    /// <summary>What was counted.</summary>
    /// <param name="texts">The text of each number.</param>
    public Catalog.CatalogFacets ToFacets(FacetText[] texts) => new(
        _categories.ToList(texts, int.MaxValue), _levels.ToList(texts, int.MaxValue), _types.ToList(texts, int.MaxValue), _keywords.ToList(texts, MostKeywords), _verified);

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        _categories.Clear();
        _levels.Clear();
        _types.Clear();
        _keywords.Clear();
        _verified = 0;
    }
}
