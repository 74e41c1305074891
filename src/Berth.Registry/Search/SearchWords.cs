using System.Globalization;
using System.Text;

namespace Berth.Registry.Search;

/// <summary>
/// Splits texts and queries into words, once for both databases: runs of letters and digits, lower case. Whatever else a
/// query holds (quotes, operators, NUL) is a separator and never reaches a database's query language.
/// </summary>
internal static class SearchWords
{
    /// <summary>Characters of a query that are looked at.</summary>
    public const int MaxQueryLength = 256;

    private const int MaxQueryWords = 16;
    private const int MaxWordLength = 64;

    /// <summary>The words of a query, each once, at most 16.</summary>
    public static IReadOnlyList<string> OfQuery(string text) =>
        [.. Split(Bound(text), splitCase: false).Distinct(StringComparer.Ordinal).Take(MaxQueryWords)];

    /// <summary>The part of a query, or of a name, that is compared as a whole. NUL and surrogates, which PostgreSQL may refuse, are left out.</summary>
    public static string Fold(string text) => Clean(Bound(text)).Trim().ToLowerInvariant();

    /// <summary>A text without characters that a database may refuse.</summary>
    public static string Clean(string text) =>
        text.Any(c => c == '\0' || char.IsSurrogate(c)) ? string.Concat(text.Where(c => c != '\0' && !char.IsSurrogate(c))) : text;

    /// <summary>The words of a text. With <paramref name="splitCase"/>, <c>NetworkReview</c> is also <c>network</c> and <c>review</c>.</summary>
    public static IEnumerable<string> Split(string? text, bool splitCase)
    {
        var word = new StringBuilder();
        foreach (var run in Runs(text ?? ""))
        {
            yield return Lower(run);
            if (!splitCase)
                continue;

            word.Clear();
            var parts = 0;
            foreach (var c in run)
            {
                if (char.IsUpper(c) && word.Length > 0 && !char.IsUpper(word[^1]))
                {
                    parts++;
                    yield return Lower(word.ToString());
                    word.Clear();
                }

                word.Append(c);
            }

            if (parts > 0)
                yield return Lower(word.ToString());
        }
    }

    private static string Bound(string text) => text.Length <= MaxQueryLength ? text : text[..MaxQueryLength];

    private static string Lower(string word) => (word.Length <= MaxWordLength ? word : word[..MaxWordLength]).ToLowerInvariant();

    private static IEnumerable<string> Runs(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && IsWord(text[i]);
            if (inside && start < 0)
            {
                start = i;
            }
            else if (!inside && start >= 0)
            {
                yield return text[start..i];
                start = -1;
            }
        }
    }

    // Surrogates are left out: both tokenizers would have to agree on every plane.
    private static bool IsWord(char c) => char.GetUnicodeCategory(c) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber;
}
