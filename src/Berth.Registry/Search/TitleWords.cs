namespace Berth.Registry.Search;

/// <summary>Finds slugs and names that resemble a query: as a whole without separators, or word by word.</summary>
internal sealed class TitleWords(Listing[] listings, Vocabulary vocabulary)
{
    private readonly NearTexts _wholes = new(listings.SelectMany((listing, i) => new[] { (listing.SlugCompact, i), (listing.NameCompact, i) }).Where(pair => pair.Item1.Length > 0));
    private readonly NearTexts _words = new(listings.SelectMany((listing, i) => listing.TitleWords.Select(word => (vocabulary[word], i))));

    /// <summary>The plugins that resemble the query, each once, with the letters they lie apart.</summary>
    public Dictionary<int, int> Similar(QueryText query)
    {
        var found = new Dictionary<int, int>();
        foreach (var (plugins, distance) in _wholes.Near(query.Compact))
            Put(found, plugins, distance);
        if (SimilarNames.AreFoundByWords(query))
        {
            foreach (var (index, distance) in NearWordByWord(query.Words))
                Put(found, [index], distance);
        }

        return found;
    }

    private Dictionary<int, int> NearWordByWord(IReadOnlyList<string> words)
    {
        var near = new List<List<(int[] Plugins, int Distance)>>(words.Count);
        foreach (var word in words)
        {
            var texts = _words.Near(word);
            if (texts.Count == 0)
                return [];
            near.Add(texts);
        }

        // The rarest word first: the others are only asked about the few plugins that have it.
        near.Sort((a, b) => a.Sum(text => text.Plugins.Length).CompareTo(b.Sum(text => text.Plugins.Length)));
        var all = new Dictionary<int, int>();
        foreach (var (plugins, distance) in near[0])
            Put(all, plugins, distance);
        foreach (var texts in near.Skip(1))
        {
            foreach (var (index, sum) in all)
            {
                if (Least(texts, index) is { } distance)
                    all[index] = sum + distance;
                else
                    all.Remove(index);
            }
        }

        return all;
    }

    private static int? Least(List<(int[] Plugins, int Distance)> texts, int index)
    {
        int? least = null;
        foreach (var (plugins, distance) in texts)
        {
            if (!(least <= distance) && Array.BinarySearch(plugins, index) >= 0)
                least = distance;
        }

        return least;
    }

    private static void Put(Dictionary<int, int> found, ReadOnlySpan<int> plugins, int distance)
    {
        foreach (var index in plugins)
        {
            ref var known = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(found, index, out var isKnown);
            if (!isKnown || distance < known)
                known = distance;
        }
    }
}
