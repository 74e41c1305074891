using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Lifecycle.Tests.Migration.OldLayout.Python;

/// <summary>Writes a value as a Python literal, every time in another of the styles that Python has for it.</summary>
internal sealed class PythonWriter(int seed)
{
    private static readonly string[] Gaps = ["", " ", "\n    ", "  # a comment, with 'quotes' and }\n", " \\\n ", "\t"];
    private readonly Random _random = new(seed);

    public string Write(JsonNode? value) => value switch
    {
        null => "None",
        JsonObject members => Bracketed('{', '}', [.. members.Select(member => $"{Text(member.Key)}{Gap()}:{Gap()}{Write(member.Value)}")]),
        JsonArray items when items.Count == 1 && _random.Next(2) == 0 => $"({Gap()}{Write(items[0])}{Gap()},{Gap()})",
        JsonArray items when items.Count != 1 && _random.Next(2) == 0 => Bracketed('(', ')', [.. items.Select(Write)]),
        JsonArray items => Bracketed('[', ']', [.. items.Select(Write)]),
        _ => Maybe(Scalar(value.AsValue())),
    };

    private string Scalar(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.String => Text(value.GetValue<string>()),
        _ => Number(value.ToJsonString()),
    };

    private string Number(string json)
    {
        if (!BigInteger.TryParse(json, CultureInfo.InvariantCulture, out var number))
            return json;
        var sign = number.Sign < 0 ? "-" : _random.Next(8) == 0 ? "+" : "";
        var size = BigInteger.Abs(number);
        var digits = size.ToString(CultureInfo.InvariantCulture);
        return sign + _random.Next(6) switch
        {
            0 => "0x" + size.ToString("x", CultureInfo.InvariantCulture),
            1 when size < int.MaxValue => "0b" + Convert.ToString((int)size, 2),
            2 when size < int.MaxValue => "0O" + Convert.ToString((int)size, 8),
            3 when digits.Length > 3 => $"{digits[..^3]}_{digits[^3..]}",
            _ => digits,
        };
    }

    private string Text(string text)
    {
        if (text.Length < 2 || _random.Next(3) > 0)
            return Piece(text);
        var cut = _random.Next(1, text.Length);
        cut += char.IsLowSurrogate(text[cut]) ? 1 : 0;
        var gap = _random.Next(2) == 0 ? " " : "\n  # and on\n ";
        return $"({Piece(text[..cut])}{gap}{Piece(text[cut..])})";
    }

    private string Piece(string text)
    {
        var quote = _random.Next(2) == 0 ? '\'' : '"';
        var isRawFit = text.All(c => c is >= ' ' and not ('\\' or '\'' or '"'));
        return _random.Next(6) switch
        {
            0 when isRawFit => $"r{quote}{text}{quote}",
            1 => $"f{quote}{Escaped(text, quote).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)}{quote}",
            2 => $"u{quote}{Escaped(text, quote)}{quote}",
            3 => $"{new string(quote, 3)}{Escaped(text, quote, keepsLines: true)}{new string(quote, 3)}",
            _ => $"{quote}{Escaped(text, quote)}{quote}",
        };
    }

    private string Escaped(string text, char quote, bool keepsLines = false)
    {
        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '\\' => "\\\\",
                '\n' when keepsLines => "\n",
                '\n' => _random.Next(2) == 0 ? "\\n" : "\\x0a",
                '\r' => "\\r",
                '\t' => "\\011",
                _ when rune.Value == quote => "\\" + quote,
                < ' ' => $"\\x{rune.Value:x2}",
                > 0xFFFF when _random.Next(2) == 0 => $"\\U{rune.Value:X8}",
                > 126 and <= 0xFFFF when _random.Next(2) == 0 => $"\\u{rune.Value:x4}",
                _ => rune.ToString(),
            });
            if (_random.Next(20) == 0)
                escaped.Append("\\\n");
        }

        return escaped.ToString();
    }

    private string Bracketed(char open, char close, IReadOnlyList<string> items)
    {
        var comma = items.Count > 0 && _random.Next(2) == 0 ? Gap() + "," : "";
        return open + Gap() + string.Join(Gap() + "," + Gap(), items) + comma + Gap() + close;
    }

    private string Maybe(string scalar) => _random.Next(10) == 0 ? $"({Gap()}{scalar}{Gap()})" : scalar;

    private string Gap() => Gaps[_random.Next(Gaps.Length)];
}
