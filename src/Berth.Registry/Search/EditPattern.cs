namespace Berth.Registry.Search;

/// <summary>
/// A typed word that many texts are compared with: a column of the table of distances is one word of bits (H. Hyyrö, "A
/// Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances", 2003), so a comparison takes a few operations a letter.
/// </summary>
internal readonly struct EditPattern
{
    private const int MaxLength = 64;
    private const int Ascii = 128;
    private readonly ulong[] _places;
    private readonly Dictionary<char, ulong>? _others;
    private readonly int _length;

    /// <summary>Prepares a word; of one that is too long nothing is near.</summary>
    public EditPattern(string word)
    {
        _places = new ulong[Ascii];
        _length = word.Length;
        for (var i = 0; i < word.Length && i < MaxLength; i++)
        {
            if (word[i] < Ascii)
                _places[word[i]] |= 1UL << i;
            else
                (_others ??= [])[word[i]] = _others.GetValueOrDefault(word[i]) | (1UL << i);
        }
    }

    /// <summary>The distance, or a number above <paramref name="most"/> when it is more than that.</summary>
    public int DistanceTo(ReadOnlySpan<char> text, int most)
    {
        if (Math.Abs(text.Length - _length) > most || _length > MaxLength || text.Length > MaxLength)
            return most + 1;
        if (_length == 0)
            return text.Length;
        // Bits that a step down the column adds to or takes from the distance; Hyyrö's names in brackets.
        var more = ulong.MaxValue; // VP
        var less = 0UL; // VN
        var same = 0UL; // D0
        var before = 0UL;
        var distance = _length;
        var last = 1UL << (_length - 1);
        for (var i = 0; i < text.Length; i++)
        {
            var here = Places(text[i]);
            var swapped = ((~same & here) << 1) & before;
            same = (((here & more) + more) ^ more) | here | less | swapped;
            var right = less | ~(same | more); // HP
            var left = same & more; // HN
            if ((right & last) != 0)
                distance++;
            else if ((left & last) != 0)
                distance--;
            // What is left of the text can bring it down by one a letter.
            if (distance - (text.Length - i - 1) > most)
                return most + 1;
            right = (right << 1) | 1;
            more = (left << 1) | ~(same | right);
            less = right & same;
            before = here;
        }

        return distance;
    }

    private ulong Places(char c) => c < Ascii ? _places[c] : _others is null ? 0 : _others.GetValueOrDefault(c);
}
