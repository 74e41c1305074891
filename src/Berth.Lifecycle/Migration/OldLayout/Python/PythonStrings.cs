using System.Globalization;
using System.Text;

namespace Berth.Lifecycle.Migration.OldLayout.Python;

/// <summary>What a string literal stands for (https://docs.python.org/3/reference/lexical_analysis.html, section 2.4).</summary>
internal static class PythonStrings
{
    /// <summary>The text, or <see langword="null"/> when only running the program would tell: placeholders, names of characters, bytes above 127.</summary>
    public static string? Read(PythonStringToken token) => token.Prefix switch
    {
        "" or "u" => Unescape(token.Body, isBytes: false),
        "r" => WellFormed(token.Body),
        "b" => OnlyAscii(token.Body) is { } body ? OnlyAscii(Unescape(body, isBytes: true)) : null,
        "br" or "rb" => OnlyAscii(token.Body),
        "f" => WithoutPlaceholders(token.Body) is { } body ? Unescape(body, isBytes: false) : null,
        "fr" or "rf" => WithoutPlaceholders(token.Body),
        _ => null,
    };

    public static bool IsBytes(PythonStringToken token) => token.Prefix.Contains('b', StringComparison.Ordinal);

    private static string? Unescape(string body, bool isBytes)
    {
        if (!body.Contains('\\', StringComparison.Ordinal))
            return WellFormed(body);
        var text = new StringBuilder(body.Length);
        for (var i = 0; i < body.Length;)
        {
            if (body[i] != '\\')
                text.Append(body[i++]);
            else if (!TryEscape(body, ref i, text, isBytes))
                return null;
        }

        return WellFormed(text.ToString());
    }

    private static bool TryEscape(string body, ref int i, StringBuilder text, bool isBytes)
    {
        var c = body[i + 1];
        i += 2;
        switch (c)
        {
            case '\n':
                return true;
            case '\\' or '\'' or '"':
                text.Append(c);
                return true;
            case 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v':
                text.Append("\a\b\f\n\r\t\v"["abfnrtv".IndexOf(c, StringComparison.Ordinal)]);
                return true;
            case >= '0' and <= '7':
                return TryOctal(body, ref i, text, isBytes);
            case 'x':
                return TryHex(body, ref i, 2, text);
            case 'u' when !isBytes:
                return TryHex(body, ref i, 4, text);
            case 'U' when !isBytes:
                return TryHex(body, ref i, 8, text);
            case 'N' when !isBytes:
                return false;
            default:
                // Python keeps an escape that it does not know, with a warning.
                text.Append('\\').Append(c);
                return true;
        }
    }

    private static bool TryOctal(string body, ref int i, StringBuilder text, bool isBytes)
    {
        var value = body[i - 1] - '0';
        for (var digits = 1; digits < 3 && i < body.Length && body[i] is >= '0' and <= '7'; digits++)
            value = (value * 8) + (body[i++] - '0');
        text.Append((char)(isBytes ? value & 0xFF : value));
        return true;
    }

    private static bool TryHex(string body, ref int i, int digits, StringBuilder text)
    {
        if (i + digits > body.Length || !uint.TryParse(body.AsSpan(i, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || !Rune.IsValid(value))
            return false;
        text.Append(new Rune(value).ToString());
        i += digits;
        return true;
    }

    // A doubled brace is a brace; a single one begins an expression.
    private static string? WithoutPlaceholders(string body)
    {
        var rest = body.Replace("{{", "", StringComparison.Ordinal).Replace("}}", "", StringComparison.Ordinal);
        return rest.Contains('{', StringComparison.Ordinal) || rest.Contains('}', StringComparison.Ordinal)
            ? null
            : WellFormed(body.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal));
    }

    private static string? OnlyAscii(string? text) => text is not null && Ascii.IsValid(text) ? text : null;

    // JSON has no form for half a surrogate pair.
    private static string? WellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
                return null;
        }

        return text;
    }
}
