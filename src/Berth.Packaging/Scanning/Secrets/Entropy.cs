namespace Berth.Packaging.Scanning.Secrets;

/// <summary>How random a text is.</summary>
internal static class Entropy
{
    /// <summary>Shannon's entropy in bits a character. Words have 2 to 3.5, random base64 of forty characters and more has 4.5 and more.</summary>
    public static double Of(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return 0;
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (var character in text)
            counts[character & 0xFF]++;
        var sum = 0.0;
        foreach (var count in counts)
        {
            if (count > 0)
                sum -= (double)count / text.Length * Math.Log2((double)count / text.Length);
        }

        return sum;
    }
}
