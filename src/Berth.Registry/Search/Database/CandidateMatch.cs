namespace Berth.Registry.Search.Database;

/// <summary>
/// In which tier a row is found, and how well: what the index in memory knows from where it found a plugin is told here from the row.
/// </summary>
internal static class CandidateMatch
{
    /// <summary>The best tier of a row that the database found by name or by words.</summary>
    public static (Tier Tier, int Score) Of(QueryText query, CandidateRow row) =>
        ByName(query, row) ?? (Tier.Words, PointsOf(query.Words, row) / query.Words.Count);

    private static (Tier Tier, int Score)? ByName(QueryText query, CandidateRow row)
    {
        if (row.SlugFolded == query.Folded)
            return (Tier.Slug, 0);
        // Who writes a name with other letters that look the same does not bear it.
        if (row.NameFolded == query.Folded && !LookAlikes.IsDisguised(row.NameFolded))
            return (Tier.Name, 0);
        if (query.Skeleton.Length > 1 && (row.SlugSkeleton == query.Skeleton || row.NameSkeleton == query.Skeleton))
            return (Tier.LooksTheSame, 0);
        var beginning = Beginning(query.Folded, row);
        if (beginning is null && query.Compact.Length > 1 && query.Compact != query.Folded)
            beginning = Beginning(query.Compact, row);
        return beginning is { } score ? (Tier.Beginning, score) : null;
    }

    /// <summary>The points of a name that begins so. Of several names of a plugin, the first in their order counts.</summary>
    private static int? Beginning(string text, CandidateRow row)
    {
        string? first = null;
        foreach (var name in (ReadOnlySpan<string>)[row.SlugFolded, row.NameFolded, row.SlugCompact, row.NameCompact])
        {
            if (name.StartsWith(text, StringComparison.Ordinal) && (first is null || string.CompareOrdinal(name, first) < 0))
                first = name;
        }

        return first is null ? null : NameIndex.BeginningScore(text, first.Length);
    }

    private static int PointsOf(IReadOnlyList<string> words, CandidateRow row)
    {
        var points = 0;
        for (var i = 0; i < words.Count; i++)
        {
            var isLast = i == words.Count - 1;
            points += In(row.TitleWords, words[i], isLast, WordWorth.Title)
                ?? In(row.OtherWords, words[i], isLast, WordWorth.Other)
                // The database found every word: what is in neither is in the description.
                ?? WordWorth.Of(WordWorth.Body, isWhole: !isLast || row.IsWholeInBody);
        }

        return points;
    }

    /// <summary>The points of a word in words separated by blanks. The last one of a query may be unfinished.</summary>
    private static short? In(ReadOnlySpan<char> text, ReadOnlySpan<char> word, bool mayBeUnfinished, int place)
    {
        short? points = null;
        foreach (var range in text.Split(' '))
        {
            var other = text[range];
            if (!other.StartsWith(word, StringComparison.Ordinal))
                continue;
            if (other.Length == word.Length)
                return WordWorth.Of(place, isWhole: true);
            if (mayBeUnfinished)
                points = WordWorth.Of(place, isWhole: false);
        }

        return points;
    }
}
