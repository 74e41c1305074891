using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Berth.Packaging.Bundles;

/// <summary>
/// The canonical form of a JSON value (RFC 8785), for values whose numbers are integers of at most 2^53: members sorted by UTF-16
/// code units, no blanks, the short escapes.
/// </summary>
internal static class CanonicalJson
{
    private const long MostExact = 1L << 53;

    /// <summary>The value in UTF-8.</summary>
    /// <exception cref="FormatException">It holds a number that is not such an integer.</exception>
    public static byte[] Write(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                var members = value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).ToList();
                for (var i = 0; i < members.Count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    AppendText(text, members[i].Name);
                    text.Append(':');
                    Append(text, members[i].Value);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                for (var i = 0; i < value.GetArrayLength(); i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    Append(text, value[i]);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendText(text, value.GetString()!);
                break;
            case JsonValueKind.Number when value.TryGetInt64(out var number) && Math.Abs(number) <= MostExact:
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValueKind.True:
            case JsonValueKind.False:
            case JsonValueKind.Null:
                text.Append(value.GetRawText());
                break;
            default:
                throw new FormatException("A number is not an integer that every reader reads the same.");
        }
    }

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
