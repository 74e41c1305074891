namespace Berth.Registry.Search;

/// <summary>Counts values among what was found.</summary>
internal sealed class FacetCount
{
    /// <summary>Keywords that are told.</summary>
    public const int MostKeywords = 20;

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

    /// <summary>Plugins that were counted already: so many with the same values, keywords aside.</summary>
    public void Add(FacetText? category, FacetText trustLevel, FacetText type, bool isVerified, int count)
    {
        if (category is not null)
            _categories.Add(category.Number, count);
        _levels.Add(trustLevel.Number, count);
        _types.Add(type.Number, count);
        if (isVerified)
            _verified += count;
    }

    /// <summary>So many plugins with a keyword.</summary>
    public void AddKeyword(FacetText keyword, int count) => _keywords.Add(keyword.Number, count);

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
