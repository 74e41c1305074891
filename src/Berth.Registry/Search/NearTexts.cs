using System.Numerics;

namespace Berth.Registry.Search;

/// <summary>
/// Distinct texts and the plugins that have them, ordered by length: only texts of about a word's length are looked at, by their
/// letters first, which lie side by side in memory. So few are compared in earnest that no index of trigrams is kept.
/// </summary>
internal sealed class NearTexts
{
    private readonly string[] _texts;
    private readonly ulong[] _letters;
    private readonly int[][] _plugins;
    private readonly int[] _starts;

    /// <summary>Takes over pairs of a text and a plugin's index.</summary>
    public NearTexts(IEnumerable<(string Text, int Index)> pairs)
    {
        var groups = pairs.GroupBy(pair => pair.Text, pair => pair.Index, StringComparer.Ordinal).OrderBy(group => group.Key.Length).ToArray();
        _texts = Array.ConvertAll(groups, group => group.Key);
        _letters = Array.ConvertAll(_texts, EditDistance.Letters);
        _plugins = Array.ConvertAll(groups, group => group.Distinct().Order().ToArray());
        _starts = new int[(_texts.Length == 0 ? 0 : _texts[^1].Length) + 2];
        foreach (var text in _texts)
            _starts[text.Length + 1]++;
        for (var length = 1; length < _starts.Length; length++)
            _starts[length] += _starts[length - 1];
    }

    /// <summary>The plugins, in the order of their indexes, of each text that a word may be mistyped from, with the letters that it is wrong by.</summary>
    public List<(int[] Plugins, int Distance)> Near(string word)
    {
        var near = new List<(int[], int)>();
        var most = EditDistance.Allowed(word.Length);
        var letters = EditDistance.Letters(word);
        var pattern = new EditPattern(word);
        var (first, end) = (StartOf(word.Length - most), StartOf(word.Length + most + 1));
        for (var i = first; i < end; i++)
        {
            if (BitOperations.PopCount(_letters[i] ^ letters) > 2 * most)
                continue;
            var distance = pattern.DistanceTo(_texts[i], most);
            if (distance <= most)
                near.Add((_plugins[i], distance));
        }

        return near;
    }

    private int StartOf(int length) => _starts[Math.Clamp(length, 0, _starts.Length - 1)];
}
