namespace Berth.Registry.Search.Database;

/// <summary>A query that perhaps is mistyped, and that many names are compared with, one after another: as a whole, or word by word.</summary>
internal sealed class SimilarPattern
{
    private readonly Word _whole;
    private readonly Word[] _words;

    public SimilarPattern(QueryText query)
    {
        _whole = new Word(query.Compact);
        _words = SimilarNames.AreFoundByWords(query) ? [.. query.Words.Select(word => new Word(word))] : [];
    }

    /// <summary>The letters that the nearest reading lies apart, or <see langword="null"/> when none is near.</summary>
    public int? DistanceTo(NameRow row)
    {
        var least = Less(_whole.DistanceTo(row.SlugCompact), _whole.DistanceTo(row.NameCompact));
        return Less(least, WordByWord(row.TitleWords));
    }

    private int? WordByWord(ReadOnlySpan<char> title)
    {
        int? sum = null;
        foreach (var word in _words)
        {
            int? least = null;
            foreach (var range in title.Split(' '))
                least = Less(least, word.DistanceTo(title[range]));
            if (least is null)
                return null;
            sum = (sum ?? 0) + least;
        }

        return sum;
    }

    private static int? Less(int? a, int? b) => a is null || b < a ? b : a;

    private readonly struct Word(string text)
    {
        private readonly EditPattern _pattern = new(text);
        private readonly int _most = EditDistance.Allowed(text.Length);

        public int? DistanceTo(ReadOnlySpan<char> other) =>
            other.Length > 0 && _pattern.DistanceTo(other, _most) is var distance && distance <= _most ? distance : null;
    }
}
