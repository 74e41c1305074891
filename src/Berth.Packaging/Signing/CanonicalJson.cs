using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Berth.Packaging.Signing;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): the one text of a JSON value, for payloads that are computed again by whoever
/// verifies them.
/// </summary>
public static class CanonicalJson
{
    /// <summary>UTF-8 bytes of the canonical text. The value comes from <see cref="StrictJson"/>: no member twice, Unicode only.</summary>
    /// <exception cref="ArgumentException">A number is beyond what a double holds.</exception>
    public static byte[] Write(JsonElement value)
    {
        var json = new StringBuilder();
        Append(json, value);
        return Encoding.UTF8.GetBytes(json.ToString());
    }

    private static void Append(StringBuilder json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                // Section 3.2.3: by UTF-16 code units, which is what ordinal comparison does.
                AppendList(json, '{', '}', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal), (member, output) =>
                {
                    AppendText(output, member.Name);
                    output.Append(':');
                    Append(output, member.Value);
                });
                break;
            case JsonValueKind.Array:
                AppendList(json, '[', ']', value.EnumerateArray(), (item, output) => Append(output, item));
                break;
            case JsonValueKind.String:
                AppendText(json, value.GetString()!);
                break;
            case JsonValueKind.Number:
                json.Append(NumberText(value.GetDouble()));
                break;
            default:
                json.Append(value.GetRawText());
                break;
        }
    }

    private static void AppendList<T>(StringBuilder json, char open, char close, IEnumerable<T> items, Action<T, StringBuilder> append)
    {
        json.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
                json.Append(',');
            isFirst = false;
            append(item, json);
        }

        json.Append(close);
    }

    /// <summary>Section 3.2.2.2: the seven short escapes, <c>\u00xx</c> for other control characters, everything else as it is.</summary>
    /// <remarks><see cref="Utf8JsonWriter"/> escapes more than that under every encoder.</remarks>
    internal static void AppendText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\t' => json.Append("\\t"),
                '\n' => json.Append("\\n"),
                '\f' => json.Append("\\f"),
                '\r' => json.Append("\\r"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }

    /// <summary>Section 3.2.2.3: ECMAScript's text of a number. The digits are the shortest that read back as the same double, in .NET as there.</summary>
    internal static string NumberText(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException("JSON has no infinite numbers.", nameof(value));
        if (value == 0)
            return "0";
        var (digits, point) = Parts(Math.Abs(value).ToString("R", CultureInfo.InvariantCulture));
        var sign = value < 0 ? "-" : "";
        return sign + point switch
        {
            // ECMA-262, Number::toString: n is the position of the decimal point behind the first digit.
            > 0 and <= 21 when digits.Length <= point => digits.PadRight(point, '0'),
            > 0 and <= 21 => $"{digits[..point]}.{digits[point..]}",
            > -6 and <= 0 => $"0.{new string('0', -point)}{digits}",
            _ => $"{digits[0]}{(digits.Length == 1 ? "" : "." + digits[1..])}e{(point - 1 < 0 ? "-" : "+")}{Math.Abs(point - 1)}",
        };
    }

    /// <summary>The significant digits, and where the decimal point is, counted from before the first one.</summary>
    private static (string Digits, int Point) Parts(string text)
    {
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = dot < 0 ? mantissa : mantissa[..dot];
        var all = dot < 0 ? mantissa : whole + mantissa[(dot + 1)..];
        var zeros = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), whole.Length - zeros + exponent);
    }
}
