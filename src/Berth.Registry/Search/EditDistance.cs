namespace Berth.Registry.Search;

/// <summary>How many letters two words lie apart: inserted, left out, replaced, or two neighbours swapped (optimal string alignment).</summary>
internal static class EditDistance
{
    /// <summary>Letters that a typed word may be wrong by: none in short ones, where everything resembles everything.</summary>
    public static int Allowed(int length) => length switch { < 4 => 0, < 8 => 1, _ => 2 };

    /// <summary>The letters of a word as bits: words that lie n apart differ in at most 2n of them, which spares most comparisons.</summary>
    public static ulong Letters(string word)
    {
        var bits = 0UL;
        foreach (var c in word)
            bits |= 1UL << (c & 63);
        return bits;
    }
}
