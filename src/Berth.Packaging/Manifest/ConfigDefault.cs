using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Berth.Packaging.Manifest;

/// <summary>Checks a setting's default against the setting's own schema.</summary>
internal static class ConfigDefault
{
    /// <summary>Why the default does not fit, or <see langword="null"/>.</summary>
    public static string? Explain(ManifestObject schema, JsonElement value, string type)
    {
        if (!ConfigSection.Fits(value, type))
        {
            return $"is not of the type '{type}'";
        }

        if (schema.Find("enum") is { ValueKind: JsonValueKind.Array } choices && !choices.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value)))
        {
            return "is not one of the values of 'enum'";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number => ExplainNumber(schema, value),
            JsonValueKind.String => ExplainText(schema, value),
            JsonValueKind.Array when schema.Find("items") is { ValueKind: JsonValueKind.Object } items
                && items.TryGetProperty("type", out var itemType) && itemType.ValueKind == JsonValueKind.String
                && value.EnumerateArray().Any(item => !ConfigSection.Fits(item, itemType.GetString()!)) => "has an item of another type than 'items' says",
            _ => null,
        };
    }

    private static string? ExplainNumber(ManifestObject schema, JsonElement value)
    {
        var number = value.GetDouble();
        if (Bound(schema, "minimum") is { } min && number < min)
        {
            return string.Create(CultureInfo.InvariantCulture, $"is less than the minimum {min}");
        }

        return Bound(schema, "maximum") is { } max && number > max
            ? string.Create(CultureInfo.InvariantCulture, $"is more than the maximum {max}")
            : null;
    }

    private static string? ExplainText(ManifestObject schema, JsonElement value)
    {
        // JSON Schema counts characters, not UTF-16 units.
        var text = value.GetString()!;
        var length = text.EnumerateRunes().Count();
        if (length < (Bound(schema, "minLength") ?? 0) || length > (Bound(schema, "maxLength") ?? double.MaxValue))
        {
            return "is shorter or longer than the schema allows";
        }

        return schema.Find("pattern") is { ValueKind: JsonValueKind.String } pattern && !Matches(text, pattern) ? "does not match the pattern" : null;
    }

    private static double? Bound(ManifestObject schema, string keyword) =>
        schema.Find(keyword) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) ? number : null;

    private static bool Matches(string text, JsonElement pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern.GetString()!, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            // The pattern has a fault of its own.
            return true;
        }
    }
}
