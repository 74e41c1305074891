using System.Globalization;
using System.Text;

namespace Berth.Registry.Optimization.Styles;

/// <summary>
/// The words of a style sheet (CSS Syntax Level 3, section 4) without what says nothing: spaces, comments, the last semicolon of
/// a block, and how a text is quoted. Two sheets with the same words have the same rules and values in the same order.
/// </summary>
internal static class StyleTokens
{
    /// <summary>Whether two sheets have the same words.</summary>
    public static bool AreSame(string one, string other) => Of(one).SequenceEqual(Of(other), StringComparer.Ordinal);

    /// <summary>The words in order.</summary>
    public static List<string> Of(string styles)
    {
        var words = new List<string>();
        var at = 0;
        var semicolon = false;
        while (Next(styles, ref at) is { } word)
        {
            if (word == ";")
            {
                semicolon = words.Count > 0 && words[^1] is not ("{" or "}");
                continue;
            }

            if (semicolon && word != "}")
                words.Add(";");
            semicolon = false;
            words.Add(word);
        }

        return WithoutCharset(words);
    }

    // Files are served as UTF-8, whatever it says: "@" "charset" and its text.
    private static List<string> WithoutCharset(List<string> words) => words is ["@", "charset", _, ";", ..] ? words[4..] : words;

    private static string? Next(string text, ref int at)
    {
        SkipSpace(text, ref at);
        if (at >= text.Length)
            return null;
        if (text[at] is '"' or '\'')
            return "\"" + Quoted(text, ref at);
        if (!IsOfWord(text[at]))
            return text[at++].ToString();
        var word = Word(text, ref at);
        // url(a b) and url("a b") are the same address, and @import takes it with and without the word.
        if (!word.Equals("url", StringComparison.OrdinalIgnoreCase) || at >= text.Length || text[at] != '(')
            return word;
        at++;
        return "\"" + Address(text, ref at);
    }

    private static void SkipSpace(string text, ref int at)
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '/' && at + 1 < text.Length && text[at + 1] == '*')
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? text.Length : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private static string Quoted(string text, ref int at)
    {
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
            Take(text, ref at, value);
        at++;
        return value.ToString();
    }

    private static string Address(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        var value = new StringBuilder();
        if (at < text.Length && text[at] is '"' or '\'')
            value.Append(Quoted(text, ref at));
        while (at < text.Length && text[at] != ')')
            Take(text, ref at, value);
        at++;
        return value.ToString().TrimEnd();
    }

    private static string Word(string text, ref int at)
    {
        var value = new StringBuilder();
        while (at < text.Length && IsOfWord(text[at]))
            Take(text, ref at, value);
        return value.ToString();
    }

    private static bool IsOfWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '\\' || c > 0x7f;

    /// <summary>One character, or what an escape stands for (section 4.3.7).</summary>
    private static void Take(string text, ref int at, StringBuilder value)
    {
        var c = text[at++];
        if (c != '\\' || at >= text.Length)
        {
            value.Append(c);
            return;
        }

        var digits = at;
        while (digits < text.Length && digits - at < 6 && char.IsAsciiHexDigit(text[digits]))
            digits++;
        if (digits == at)
        {
            if (text[at] is not ('\n' or '\r' or '\f')) // a line that goes on
                value.Append(text[at]);
            at++;
            return;
        }

        var code = int.Parse(text.AsSpan(at, digits - at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        value.Append(Rune.IsValid(code) ? new Rune(code).ToString() : "\ufffd");
        at = digits < text.Length && char.IsWhiteSpace(text[digits]) ? digits + 1 : digits;
    }
}
