namespace Berth.Packaging.Archive;

/// <summary>Orders texts as their UTF-8 bytes do, which is by code point and not, as <see cref="string.CompareOrdinal(string, string)"/>, by UTF-16 unit.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var left = x ?? "";
        var right = y ?? "";
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        return Rank(left[same]).CompareTo(Rank(right[same]));
    }

    // Surrogates stand for code points above U+FFFF, so they rank above U+E000-U+FFFF.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
