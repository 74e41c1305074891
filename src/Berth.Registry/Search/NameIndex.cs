namespace Berth.Registry.Search;

/// <summary>Finds plugins by slug and display name: exactly, by what looks the same, and by how they begin.</summary>
internal sealed class NameIndex
{
    private readonly Listing[] _listings;
    private readonly Dictionary<string, int> _bySlug;
    private readonly ILookup<string, int> _byName;
    private readonly ILookup<string, int> _bySkeleton;

    // Side by side, in the order of the texts: what a beginning finds is a range of them.
    private readonly string[] _texts;
    private readonly (int Index, int Length)[] _plugins;

    public NameIndex(Listing[] listings)
    {
        _listings = listings;
        _bySlug = new Dictionary<string, int>(listings.Length, StringComparer.Ordinal);
        for (var i = 0; i < listings.Length; i++)
            _bySlug[listings[i].SlugFolded] = i;
        var all = Enumerable.Range(0, listings.Length);
        _byName = all.ToLookup(i => listings[i].NameFolded, StringComparer.Ordinal);
        _bySkeleton = all
            .SelectMany(i => new[] { (Text: listings[i].SlugSkeleton, Index: i), (Text: listings[i].NameSkeleton, Index: i) })
            .Distinct().Where(pair => pair.Text.Length > 0)
            .ToLookup(pair => pair.Text, pair => pair.Index, StringComparer.Ordinal);
        (string Text, int Index)[] sorted = [.. all
            .SelectMany(i => new[] { (Text: listings[i].SlugFolded, Index: i), (Text: listings[i].NameFolded, Index: i), (Text: listings[i].SlugCompact, Index: i), (Text: listings[i].NameCompact, Index: i) })
            .Distinct().Where(pair => pair.Text.Length > 0)];
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Text, b.Text));
        _texts = Array.ConvertAll(sorted, pair => pair.Text);
        _plugins = Array.ConvertAll(sorted, pair => (pair.Index, pair.Text.Length));
    }

    /// <summary>Adds what is found and marks it.</summary>
    public void Find(QueryText query, SearchScratch found, MatchList matches)
    {
        if (_bySlug.TryGetValue(query.Folded, out var slug))
            Add(slug, Tier.Slug, 0, found, matches);
        foreach (var index in _byName[query.Folded])
        {
            // Who writes a name with other letters that look the same does not bear it.
            if (!_listings[index].IsDisguised)
                Add(index, Tier.Name, 0, found, matches);
        }

        if (query.Skeleton.Length > 1)
        {
            foreach (var index in _bySkeleton[query.Skeleton])
                Add(index, Tier.LooksTheSame, 0, found, matches);
        }

        if (query.Folded.Length > 0)
            FindBeginnings(query.Folded, found, matches);
        if (query.Compact.Length > 1 && query.Compact != query.Folded)
            FindBeginnings(query.Compact, found, matches);
    }

    private void FindBeginnings(string text, SearchScratch found, MatchList matches)
    {
        var first = SortedTexts.FirstFrom(_texts, text);
        var end = SortedTexts.EndOfBeginning(_texts, text, first);
        foreach (var (index, length) in _plugins.AsSpan(first..end))
            Add(index, Tier.Beginning, BeginningScore(text, length), found, matches);
    }

    /// <summary>Of two names that begin with the query, the one with less after it is nearer.</summary>
    public static int BeginningScore(string query, int length) => 500 + (500 * query.Length / length);

    private static void Add(int index, Tier tier, int score, SearchScratch found, MatchList matches)
    {
        found.Touch(index);
        if (found[index].IsNamed)
            return;
        found[index].IsNamed = true;
        matches.Add(index, tier, score);
    }
}
