using System.Text;

namespace Berth.Registry.Search;

/// <summary>
/// Names that look the same to a hurried reader. Letters of other alphabets and digits that pass for Latin letters are taken
/// for those, and what separates words is left out (after the idea of Unicode Technical Standard 39, section 4, with a table
/// of our own for what occurs in slugs and names).
/// </summary>
internal static class LookAlikes
{
    // Each group passes for its first letter.
    private static readonly string[] Groups =
    [
        "aаαɑ", "bЬьβ", "cсϲ", "dԁ", "eеєε", "fƒ", "gɡց", "hһն", "iіıιlӏ1|", "jјϳ", "kкκ", "mмₘ", "nոпη", "oоοσ0օ", "pрρ", "qԛ", "rг", "sѕ5", "tтτ", "uυսц", "vνѵ", "wԝшω", "xхχ", "yуγү", "zᴢ2",
    ];

    private static readonly Dictionary<char, char> Latin = Groups.SelectMany(group => group.Skip(1).Select(c => (From: c, To: group[0]))).ToDictionary(pair => pair.From, pair => pair.To);

    /// <summary>The letters and digits of a folded text, nothing else.</summary>
    public static string Compact(string folded) => Map(folded, latin: false);

    /// <summary>What two texts that look the same have in common.</summary>
    public static string Skeleton(string folded) =>
        // Compatibility forms (fullwidth and styled letters) are the plain ones to a reader.
        Map(Normalized(folded), latin: true).Replace("rn", "m", StringComparison.Ordinal).Replace("vv", "w", StringComparison.Ordinal);

    /// <summary>Whether a text that reads as Latin is written with letters that only look so.</summary>
    public static bool IsDisguised(string folded) =>
        folded.Any(c => !char.IsAscii(c) && char.IsLetterOrDigit(c)) && Skeleton(folded) is { Length: > 0 } skeleton && skeleton.All(char.IsAscii);

    private static string Normalized(string folded)
    {
        try
        {
            return folded.All(char.IsAscii) ? folded : folded.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair has no normal form.
            return folded;
        }
    }

    private static string Map(string text, bool latin)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c) || c == '|')
                result.Append(latin && Latin.TryGetValue(c, out var plain) ? plain : c);
        }

        return result.ToString();
    }
}
