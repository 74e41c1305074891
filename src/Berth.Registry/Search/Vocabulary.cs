namespace Berth.Registry.Search;

/// <summary>Every word of the index once, numbered. It only grows; written by one refresh at a time, read by that alone.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];
    private readonly Dictionary<string, FacetText> _facets = new(StringComparer.Ordinal);
    private FacetText[] _facetTexts = new FacetText[64];

    public int Count => _words.Count;

    public string this[int number] => _words[number];

    /// <summary>Values of facets by number. What stands there never changes, so a search may read what was there when its snapshot was made.</summary>
    public FacetText[] FacetTexts => _facetTexts;

    /// <summary>The numbers of words separated by blanks.</summary>
    public int[] Number(string words)
    {
        if (words.Length == 0)
            return [];
        var parts = words.Split(' ');
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!_numbers.TryGetValue(parts[i], out numbers[i]))
            {
                numbers[i] = _words.Count;
                _numbers.Add(parts[i], numbers[i]);
                _words.Add(parts[i]);
            }
        }

        return numbers;
    }

    /// <summary>One object for all equal values: categories and keywords are few, plugins many.</summary>
    public FacetText Facet(string text)
    {
        if (!_facets.TryGetValue(text, out var known))
        {
            if (_facets.Count == _facetTexts.Length)
                Array.Resize(ref _facetTexts, 2 * _facetTexts.Length);
            _facets.Add(text, known = _facetTexts[_facets.Count] = new FacetText(text, _facets.Count));
        }

        return known;
    }
}
