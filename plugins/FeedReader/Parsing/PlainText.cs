using System.Net;
using System.Text;

namespace FeedReader.Parsing;

/// <summary>HTML to the words a person would read. One pass, linear in the input, whatever it holds.</summary>
internal static class PlainText
{
    // What a summary shows lies near the beginning; a page of megabytes is not worth reading to its end.
    private const int MaxInput = 64 * 1024;

    public static string Of(string? html, int maxLength)
    {
        if (string.IsNullOrEmpty(html))
            return "";
        var words = new StringBuilder();
        var rest = html.AsSpan(0, Math.Min(html.Length, MaxInput));
        while (!rest.IsEmpty)
        {
            var start = rest.IndexOf('<');
            words.Append(start < 0 ? rest : rest[..start]);
            if (start < 0)
                break;
            rest = AfterTag(rest[start..], words);
        }

        return Texts.Shorten(Collapse(WebUtility.HtmlDecode(words.ToString())), maxLength);
    }

    private static ReadOnlySpan<char> AfterTag(ReadOnlySpan<char> rest, StringBuilder words)
    {
        // "3 < 4" is no tag.
        if (rest.Length < 2 || !(char.IsAsciiLetter(rest[1]) || rest[1] is '/' or '!' or '?'))
        {
            words.Append('<');
            return rest[1..];
        }

        words.Append(' ');
        foreach (var hidden in (ReadOnlySpan<string>)["script", "style"])
        {
            if (!rest[1..].StartsWith(hidden, StringComparison.OrdinalIgnoreCase))
                continue;
            var close = rest.IndexOf($"</{hidden}", StringComparison.OrdinalIgnoreCase);
            if (close < 0)
                return default;
            rest = rest[close..];
            break;
        }

        var end = rest.IndexOf('>');
        return end < 0 ? default : rest[(end + 1)..];
    }

    private static string Collapse(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words.Select(word => string.Concat(word.Where(c => !char.IsControl(c)))).Where(word => word.Length > 0));
    }
}
