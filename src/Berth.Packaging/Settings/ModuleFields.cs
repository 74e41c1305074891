using System.Text.Json;
using Berth.Packaging.Manifest;

namespace Berth.Packaging.Settings;

/// <summary>
/// Judges a user's values of one module against the manifest's <c>configFields</c>. Their inside is the front end's matter,
/// so types are read generously: one that is not known here lets every value in.
/// </summary>
public static class ModuleFields
{
    private const int MaxBytes = 16 * 1024;

    private static readonly HashSet<string> Texts = new(StringComparer.OrdinalIgnoreCase)
    {
        "string", "text", "textarea", "password", "email", "url", "uri", "color", "date", "time", "datetime", "date-time", "code", "markdown", "multiline",
    };

    private static readonly HashSet<string> Numbers = new(StringComparer.OrdinalIgnoreCase) { "number", "float", "range", "slider" };
    private static readonly HashSet<string> Wholes = new(StringComparer.OrdinalIgnoreCase) { "integer", "int" };
    private static readonly HashSet<string> Flags = new(StringComparer.OrdinalIgnoreCase) { "boolean", "bool", "checkbox", "switch", "toggle" };
    private static readonly HashSet<string> Lists = new(StringComparer.OrdinalIgnoreCase) { "array", "list", "multiselect", "multi-select", "tags" };

    /// <summary>All faults of the values, by field. <see langword="null"/> as a value stands for the field's default and is none.</summary>
    /// <param name="fields">The module's <c>configFields</c>, an object.</param>
    /// <param name="values">Field → value, an object.</param>
    public static IReadOnlyList<SettingsFault> Validate(JsonElement fields, JsonElement values)
    {
        var faults = new SettingsFaults();
        if (values.ValueKind != JsonValueKind.Object)
        {
            faults.Add(SettingsFaultCodes.Type, "", "The values are an object: field to value.");
        }
        else if (values.GetRawText().Length > MaxBytes)
        {
            faults.Add(SettingsFaultCodes.Size, "", $"The values have more than {MaxBytes} characters. Send less.");
        }
        else if (SettingsText.IsReadable(values, faults))
        {
            foreach (var value in values.EnumerateObject())
            {
                Check(fields, value, faults);
            }
        }

        return faults.All;
    }

    /// <summary>Whether a stored value still fits its field, after an update for example.</summary>
    public static bool Fits(JsonElement field, JsonElement value)
    {
        var faults = new SettingsFaults();
        Check(field, value, "", faults);
        return faults.All.Count == 0;
    }

    private static void Check(JsonElement fields, JsonProperty value, SettingsFaults faults)
    {
        var pointer = SettingsPointer.Append("", value.Name);
        if (fields.ValueKind != JsonValueKind.Object || !fields.TryGetProperty(value.Name, out var field))
        {
            faults.Add(SettingsFaultCodes.Unknown, pointer, $"{ManifestFaults.Quote(value.Name)} is not a field of this module. Leave it out, or correct its spelling.");
        }
        else if (value.Value.ValueKind != JsonValueKind.Null)
        {
            Check(field, value.Value, pointer, faults);
        }
    }

    private static void Check(JsonElement field, JsonElement value, string pointer, SettingsFaults faults)
    {
        if (field.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var type = field.TryGetProperty("type", out var written) && written.ValueKind == JsonValueKind.String ? written.GetString()! : "";
        if (TypeOf(type) is { } expected && !ConfigSection.Fits(value, expected))
        {
            faults.Add(SettingsFaultCodes.Type, pointer, $"The value of a field of the type {ManifestFaults.Quote(type)} is of the JSON type '{expected}'.");
            return;
        }

        if (Options(field) is { Count: > 0 } options
            && !(value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Enumerable.Repeat(value, 1)).All(one => options.Any(option => JsonElement.DeepEquals(option, one))))
        {
            faults.Add(SettingsFaultCodes.Choice, pointer, "The value is not among the field's options. Choose one of them.");
        }

        if (value.ValueKind == JsonValueKind.Number
            && (value.GetDouble() < Bound(field, "min", "minimum") || value.GetDouble() > Bound(field, "max", "maximum") || !double.IsFinite(value.GetDouble())))
        {
            faults.Add(SettingsFaultCodes.Range, pointer, "The number is out of the field's range.");
        }

        if (value.ValueKind == JsonValueKind.String
            && (value.GetString()!.Length < Bound(field, "minLength", "minLength") || value.GetString()!.Length > Bound(field, "maxLength", "maxLength")))
        {
            faults.Add(SettingsFaultCodes.Length, pointer, "The text is shorter or longer than the field allows.");
        }
    }

    private static string? TypeOf(string type) =>
        Texts.Contains(type) ? "string"
        : Numbers.Contains(type) ? "number"
        : Wholes.Contains(type) ? "integer"
        : Flags.Contains(type) ? "boolean"
        : Lists.Contains(type) ? "array"
        : string.Equals(type, "object", StringComparison.OrdinalIgnoreCase) ? "object" : null;

    // Plain values, or objects with a value and a label.
    private static List<JsonElement>? Options(JsonElement field) =>
        (field.TryGetProperty("options", out var options) || field.TryGetProperty("enum", out options)) && options.ValueKind == JsonValueKind.Array
            ? [.. options.EnumerateArray().Select(option => option.ValueKind == JsonValueKind.Object && option.TryGetProperty("value", out var value) ? value : option)]
            : null;

    private static double? Bound(JsonElement field, string name, string other) =>
        (field.TryGetProperty(name, out var value) || field.TryGetProperty(other, out value)) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
