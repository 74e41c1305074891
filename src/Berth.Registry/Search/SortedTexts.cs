namespace Berth.Registry.Search;

/// <summary>Places in texts that are sorted by code units.</summary>
internal static class SortedTexts
{
    /// <summary>The first that is not before a text.</summary>
    public static int FirstFrom(string[] texts, string text)
    {
        var (low, high) = (0, texts.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(texts[middle], text) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The first, from a place on where texts may begin so, that does not begin so.</summary>
    public static int EndOfBeginning(string[] texts, string beginning, int from)
    {
        var (low, high) = (from, texts.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (texts[middle].StartsWith(beginning, StringComparison.Ordinal))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
