using System.Text;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>What the functions of JavaScript that make texts of texts would return.</summary>
internal static class TextCalls
{
    private const int MaxLength = 1024 * 1024;

    public static object? OfGlobal(string name, object? argument) => (name, argument) switch
    {
        ("atob", string text) => FromBase64(text),
        ("unescape" or "decodeURIComponent" or "decodeURI", string text) => Uri.UnescapeDataString(text),
        ("String", string text) => text,
        ("String", double number) => number.ToString("R"),
        ("Number" or "parseInt", double number) => number,
        _ => null,
    };

    public static string? OfCodes(IReadOnlyList<object?> codes)
    {
        var text = new StringBuilder();
        foreach (var code in codes.SelectMany(code => code is object?[] several ? several : [code]))
        {
            if (code is not double value || value is < 0 or > 0x10FFFF || text.Length > MaxLength)
                return null;
            text.Append(value > 0xFFFF ? char.ConvertFromUtf32((int)value) : ((char)(int)value).ToString());
        }

        return text.ToString();
    }

    public static object? OfMethod(object value, string name, object?[] arguments) => (value, name, arguments) switch
    {
        (string text, "concat", _) => Joined([text, .. arguments], ""),
        (string text, "split", [string separator, ..]) => separator.Length == 0 ? text.Length > 4096 ? null : text.Select(object? (character) => character.ToString()).ToArray() : text.Split(separator),
        (string text, "toLowerCase", _) => text.ToLowerInvariant(),
        (string text, "toUpperCase", _) => text.ToUpperInvariant(),
        (string text, "trim" or "toString" or "valueOf", _) => text,
        (string text, "replace" or "replaceAll", [string from, string to]) when from.Length > 0 && text.Length < 64 * 1024 && to.Length < 16 => name == "replace" ? ReplaceFirst(text, from, to) : text.Replace(from, to),
        (string text, "charAt", [double at]) when at >= 0 && at < text.Length => text[(int)at].ToString(),
        (string text, "charCodeAt", [double at]) when at >= 0 && at < text.Length => (double)text[(int)at],
        (string text, "slice" or "substring", [double from, .. var rest]) => Slice(text, from, rest is [double to, ..] ? to : text.Length),
        (string text, "substr", [double from, .. var rest]) => Slice(text, from, rest is [double length, ..] && from >= 0 ? from + length : text.Length),
        (object?[] values, "join", [string separator]) => Joined(values, separator),
        (object?[] values, "join", []) => Joined(values, ","),
        (object?[] values, "reverse", _) => values.Reverse().ToArray(),
        (object?[] values, "concat", [object?[] more]) when values.Length + more.Length <= 8192 => values.Concat(more).ToArray(),
        (double number, "toString", [double radix]) when radix == 36 && number is >= 0 and < 1e15 => Base36((long)number),
        (double number, "toString", _) => number.ToString("R"),
        _ => null,
    };

    private static string? Joined(object?[] values, string separator)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not (string or double) || text.Length > MaxLength)
                return null;
            text.Append(i > 0 ? separator : "").Append(values[i] is double number ? number.ToString("R") : (string)values[i]!);
        }

        return text.ToString();
    }

    private static string ReplaceFirst(string text, string from, string to) =>
        text.IndexOf(from, StringComparison.Ordinal) is >= 0 and var at ? string.Concat(text.AsSpan(0, at), to, text.AsSpan(at + from.Length)) : text;

    private static string Slice(string text, double from, double to)
    {
        var start = (int)Math.Clamp(from < 0 ? text.Length + from : from, 0, text.Length);
        var end = (int)Math.Clamp(to < 0 ? text.Length + to : to, 0, text.Length);
        return start < end ? text[start..end] : "";
    }

    private static string? FromBase64(string text)
    {
        var bytes = new byte[((text.Length + 3) / 4 * 3) + 3];
        var padded = text.Trim().PadRight((text.Trim().Length + 3) / 4 * 4, '=');
        return text.Length < MaxLength && Convert.TryFromBase64String(padded, bytes, out var length) ? Encoding.Latin1.GetString(bytes, 0, length) : null;
    }

    private static string Base36(long number)
    {
        var text = "";
        do
        {
            text = "0123456789abcdefghijklmnopqrstuvwxyz"[(int)(number % 36)] + text;
            number /= 36;
        }
        while (number > 0);
        return text;
    }
}
