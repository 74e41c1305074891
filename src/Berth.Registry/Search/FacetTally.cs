namespace Berth.Registry.Search;

/// <summary>How often each value of one facet occurs. Values are numbered, so that a count is an addition.</summary>
internal sealed class FacetTally
{
    private readonly List<int> _seen = [];
    private int[] _counts = [];

    public void Add(int number, int count = 1)
    {
        if (number >= _counts.Length)
            Array.Resize(ref _counts, (number + 1) * 2);
        if (_counts[number] == 0)
            _seen.Add(number);
        _counts[number] += count;
    }

    /// <summary>The most frequent values, those of the same count by their text.</summary>
    /// <param name="texts">The text of each number.</param>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<Catalog.FacetValue> ToList(FacetText[] texts, int most)
    {
        _seen.Sort((a, b) => _counts[b].CompareTo(_counts[a]) is not 0 and var order ? order : string.CompareOrdinal(texts[a].Text, texts[b].Text));
        var values = new Catalog.FacetValue[Math.Min(_seen.Count, most)];
        for (var i = 0; i < values.Length; i++)
            values[i] = new(texts[_seen[i]].Text, _counts[_seen[i]]);
        return values;
    }

    public void Clear()
    {
        foreach (var number in _seen)
            _counts[number] = 0;
        _seen.Clear();
    }
}
