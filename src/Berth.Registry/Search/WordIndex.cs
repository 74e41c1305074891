using System.Runtime.InteropServices;

namespace Berth.Registry.Search;

/// <summary>The words of a segment, sorted, and for each the plugins that have it and in which of their texts.</summary>
internal sealed class WordIndex
{
    // What a jump into a word's plugins costs, beside a step over one of them.
    private const int JumpCost = 8;

    private readonly string[] _words;
    private readonly int[] _starts;
    private readonly int[] _postings;

    /// <summary>Builds the index.</summary>
    public WordIndex(Listing[] listings, Vocabulary vocabulary) => (_words, _starts, _postings) = Invert(listings, vocabulary);

    /// <summary>Adds the plugins that have every word of a query, those that were found by name aside.</summary>
    public void Find(IReadOnlyList<string> words, SearchScratch scratch, MatchList matches)
    {
        if (words.Count == 0)
            return;
        var ranges = new Range[words.Count];
        // The last word may be unfinished, because people search while they type.
        for (var i = 0; i < ranges.Length; i++)
            ranges[i] = RangeOf(words[i], isPrefix: i == words.Count - 1);
        // The rarest first: only what has it is looked at for the others.
        Array.Sort(ranges, static (a, b) => a.Count.CompareTo(b.Count));
        if (ranges[0].Count == 0)
            return;
        for (var i = 0; i < ranges.Length; i++)
        {
            var (first, end, length, count) = ranges[i];
            if (i > 0 && (long)scratch.Touched.Length * (end - first) * JumpCost < count)
                Ask(first, end, length, i, scratch);
            else
                Walk(first, end, length, i, scratch);
        }

        foreach (var index in scratch.Touched)
        {
            var row = scratch[index];
            if (row.Words == words.Count && !row.IsNamed)
                matches.Add(index, Tier.Words, row.Points / words.Count);
        }
    }

    private void Walk(int first, int end, int length, int place, SearchScratch scratch)
    {
        for (var word = first; word < end; word++)
        {
            var isWhole = _words[word].Length == length;
            foreach (var posting in _postings.AsSpan(_starts[word].._starts[word + 1]))
                Count(posting, place, isWhole, scratch);
        }
    }

    private void Ask(int first, int end, int length, int place, SearchScratch scratch)
    {
        for (var word = first; word < end; word++)
        {
            var isWhole = _words[word].Length == length;
            var postings = _postings.AsSpan(_starts[word].._starts[word + 1]);
            foreach (var index in scratch.Touched)
            {
                if (scratch[index].Words < place)
                    continue;
                var at = postings.BinarySearch(index << 2);
                for (at = at < 0 ? ~at : at; at < postings.Length && postings[at] >> 2 == index; at++)
                    Count(postings[at], place, isWhole, scratch);
            }
        }
    }

    /// <summary>A plugin has a word of the query, if it has all before it. Of the texts it stands in, the best counts.</summary>
    private static void Count(int posting, int place, bool isWhole, SearchScratch scratch)
    {
        var (index, text) = (posting >> 2, posting & 3);
        ref var row = ref scratch[index];
        if (row.Words == place)
        {
            if (place == 0)
                scratch.Touch(index);
            row.Words++;
            row.Best = WordWorth.Of(text, isWhole);
            row.Points += row.Best;
        }
        else if (row.Words == place + 1 && row.Best < WordWorth.Of(text, isWhole))
        {
            row.Points += WordWorth.Of(text, isWhole) - row.Best;
            row.Best = WordWorth.Of(text, isWhole);
        }
    }

    private Range RangeOf(string word, bool isPrefix)
    {
        var first = SortedTexts.FirstFrom(_words, word);
        var end = isPrefix ? SortedTexts.EndOfBeginning(_words, word, first)
            : first < _words.Length && _words[first] == word ? first + 1
            : first;
        return new Range(first, end, word.Length, _starts[end] - _starts[first]);
    }

    private static (string[] Words, int[] Starts, int[] Postings) Invert(Listing[] listings, Vocabulary vocabulary)
    {
        var counts = new int[vocabulary.Count];
        var total = 0;
        foreach (var listing in listings)
        {
            foreach (var words in (ReadOnlySpan<int[]>)[listing.TitleWords, listing.OtherWords, listing.BodyWords])
            {
                foreach (var word in words)
                    counts[word]++;
                total += words.Length;
            }
        }

        var used = Enumerable.Range(0, counts.Length).Where(word => counts[word] > 0).ToArray();
        Array.Sort(used, (a, b) => string.CompareOrdinal(vocabulary[a], vocabulary[b]));
        var starts = new int[used.Length + 1];
        var next = counts;
        for (var i = 0; i < used.Length; i++)
        {
            starts[i + 1] = starts[i] + counts[used[i]];
            next[used[i]] = starts[i];
        }

        var postings = new int[total];
        for (var index = 0; index < listings.Length; index++)
        {
            Add(listings[index].TitleWords, WordWorth.Title);
            Add(listings[index].OtherWords, WordWorth.Other);
            Add(listings[index].BodyWords, WordWorth.Body);

            void Add(int[] words, int text)
            {
                foreach (var word in words)
                    postings[next[word]++] = (index << 2) | text;
            }
        }

        return ([.. used.Select(word => vocabulary[word])], starts, postings);
    }

    /// <summary>The words of the index that a word of a query is, and how often plugins have one of them.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Range(int First, int End, int Length, int Count);
}
