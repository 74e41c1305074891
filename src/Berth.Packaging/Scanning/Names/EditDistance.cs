namespace Berth.Packaging.Scanning.Names;

/// <summary>How many single changes lie between two words.</summary>
internal static class EditDistance
{
    /// <summary>
    /// Insertions, deletions, replacements and swaps of neighbours (Damerau and Levenshtein, restricted), or
    /// <paramref name="most"/> + 1 when there are more than <paramref name="most"/>.
    /// </summary>
    public static int Of(string left, string right, int most)
    {
        if (Math.Abs(left.Length - right.Length) > most)
            return most + 1;
        int[] before = new int[right.Length + 1], last = new int[right.Length + 1], row = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            last[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                least = Math.Min(least, row[j]);
            }

            if (least > most)
                return most + 1;
            (before, last, row) = (last, row, before);
        }

        return Math.Min(last[right.Length], most + 1);
    }
}
