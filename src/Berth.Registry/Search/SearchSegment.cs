namespace Berth.Registry.Search;

/// <summary>
/// An immutable index over some plugins: names and words sorted, and for each word the plugins that have it. A snapshot has a
/// large one and a small one of what changed since.
/// </summary>
internal sealed class SearchSegment
{
    private readonly NameIndex _names;
    private readonly WordIndex _words;
    private readonly TitleWords _titleWords;

    /// <summary>Builds the index.</summary>
    public SearchSegment(IReadOnlyList<Listing> listings, Vocabulary vocabulary)
    {
        Listing[] all = [.. listings];
        Table = new ListingTable(all);
        _names = new NameIndex(all);
        _words = new WordIndex(all, vocabulary);
        _titleWords = new TitleWords(all, vocabulary);
        FacetTexts = vocabulary.FacetTexts;
    }

    /// <summary>Its listings.</summary>
    public ListingTable Table { get; }

    /// <summary>Values of the facets by number, at least those of its listings.</summary>
    public FacetText[] FacetTexts { get; }

    /// <summary>Finds plugins by tier, each once, in its best one. <see cref="Tier.Similar"/> is looked for only on request, because it is of use only when little else is found.</summary>
    public void Find(QueryText query, bool isSimilarWanted, SearchScratch scratch, MatchList matches)
    {
        if (Table.Count == 0)
            return;
        if (!isSimilarWanted)
        {
            scratch.Begin(Table.Count);
            _names.Find(query, scratch, matches);
            _words.Find(query.Words, scratch, matches);
            scratch.Sweep();
            return;
        }

        foreach (var (index, distance) in _titleWords.Similar(query))
            matches.Add(index, Tier.Similar, SimilarNames.ScoreOf(distance));
    }
}
