using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Berth.Packaging.Manifest;

namespace Berth.Packaging.Settings;

/// <summary>Holds values against their schema. Messages name settings and rules, never values.</summary>
internal sealed class SettingsCheck(SettingsFaults faults)
{
    private const int MaxItems = 1000;

    public void Visit(JsonElement schema, JsonElement value, string pointer)
    {
        var type = schema.TryGetProperty("type", out var written) ? written.GetString()! : "object";
        if (!ConfigSection.Fits(value, type))
        {
            Add(SettingsFaultCodes.Type, pointer, $"is not of the type '{type}'. Send one that is.");
            return;
        }

        if (schema.TryGetProperty("enum", out var choices) && !choices.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value)))
        {
            Add(SettingsFaultCodes.Choice, pointer, "is not one of the values that the plugin lists. Choose one of them.");
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                VisitObject(schema, value, pointer);
                break;
            case JsonValueKind.Array:
                VisitList(schema, value, pointer);
                break;
            case JsonValueKind.Number:
                VisitNumber(schema, value, pointer);
                break;
            case JsonValueKind.String:
                VisitText(schema, value.GetString()!, pointer);
                break;
        }
    }

    /// <summary>Whether a setting that is absent has a value all the same: a default of its own or of what is in it.</summary>
    private static bool HasDefault(JsonElement schema) =>
        schema.TryGetProperty("default", out _)
        || (schema.TryGetProperty("properties", out var properties) && properties.EnumerateObject().Any(property => HasDefault(property.Value)));

    private void VisitObject(JsonElement schema, JsonElement value, string pointer)
    {
        var properties = schema.TryGetProperty("properties", out var named) ? named : default;
        var isOpen = !schema.TryGetProperty("additionalProperties", out var additional) || additional.ValueKind != JsonValueKind.False;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var place = SettingsPointer.Append(pointer, member.Name);
            if (!seen.Add(member.Name))
            {
                Add(SettingsFaultCodes.Duplicate, place, "occurs twice. Send it once.");
            }
            else if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(member.Name, out var known))
            {
                Visit(known, member.Value, place);
            }
            else if (!isOpen)
            {
                Add(SettingsFaultCodes.Unknown, place, "is not a setting of this plugin. Leave it out, or correct its spelling.");
            }
        }

        if (!schema.TryGetProperty("required", out var required))
        {
            return;
        }

        foreach (var name in required.EnumerateArray().Select(item => item.GetString()!).Where(name => !seen.Contains(name)))
        {
            if (!properties.TryGetProperty(name, out var missing) || !HasDefault(missing))
            {
                Add(SettingsFaultCodes.Missing, SettingsPointer.Append(pointer, name), "is required. Add it.");
            }
        }
    }

    private void VisitList(JsonElement schema, JsonElement value, string pointer)
    {
        if (value.GetArrayLength() > MaxItems)
        {
            Add(SettingsFaultCodes.Length, pointer, $"has more than {MaxItems} items. Send fewer.");
            return;
        }

        if (!schema.TryGetProperty("items", out var items))
        {
            return;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            Visit(items, item, $"{pointer}/{index++}");
        }
    }

    private void VisitNumber(JsonElement schema, JsonElement value, string pointer)
    {
        var number = value.GetDouble();
        if (Bound(schema, "minimum") is { } min && number < min)
        {
            Add(SettingsFaultCodes.Range, pointer, string.Create(CultureInfo.InvariantCulture, $"is less than {min}. Send at least that."));
        }
        else if (Bound(schema, "maximum") is { } max && number > max)
        {
            Add(SettingsFaultCodes.Range, pointer, string.Create(CultureInfo.InvariantCulture, $"is more than {max}. Send at most that."));
        }
        else if (!double.IsFinite(number))
        {
            Add(SettingsFaultCodes.Range, pointer, "is beyond what a number can hold. Send a smaller one.");
        }
    }

    private void VisitText(JsonElement schema, string text, string pointer)
    {
        // JSON Schema counts characters, not UTF-16 units.
        var length = text.EnumerateRunes().Count();
        if (Bound(schema, "minLength") is { } min && length < min)
        {
            Add(SettingsFaultCodes.Length, pointer, string.Create(CultureInfo.InvariantCulture, $"is shorter than {min} characters."));
        }
        else if (Bound(schema, "maxLength") is { } max && length > max)
        {
            Add(SettingsFaultCodes.Length, pointer, string.Create(CultureInfo.InvariantCulture, $"is longer than {max} characters."));
        }

        if (schema.TryGetProperty("pattern", out var pattern) && !Matches(text, pattern.GetString()!))
        {
            Add(SettingsFaultCodes.Pattern, pointer, $"does not match the pattern {ManifestFaults.Quote(pattern.GetString()!)}.");
        }

        if (schema.TryGetProperty("format", out var format) && !SettingsFormats.Has(text, format.GetString()!))
        {
            Add(SettingsFaultCodes.Format, pointer, $"does not have the format '{format.GetString()}', for example {SettingsFormats.Example(format.GetString()!)}.");
        }
    }

    private static double? Bound(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var value) ? value.GetDouble() : null;

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (RegexMatchTimeoutException)
        {
            // Linear or not, a text that takes that long is not let in.
            return false;
        }
    }

    private void Add(string code, string pointer, string what) =>
        faults.Add(code, pointer, pointer.Length == 0 ? $"What was sent {what}" : $"{ManifestFaults.Quote(pointer)} {what}");
}
