using System.Text.Json;

namespace Berth.Packaging.Compatibility;

/// <summary>Compares two schemas of users' settings (<c>config</c>): will what users have saved still be accepted?</summary>
internal sealed class SettingsComparer(List<CompatibilityChange> changes)
{
    // Bounds of which a greater one, or a smaller one, admits less.
    private static readonly (string Keyword, int Sign)[] Bounds = [("minimum", 1), ("maximum", -1), ("minLength", 1), ("maxLength", -1)];

    public static void Compare(JsonElement? from, JsonElement? to, List<CompatibilityChange> changes)
    {
        var comparer = new SettingsComparer(changes);
        if (from is { ValueKind: JsonValueKind.Object } before && to is { ValueKind: JsonValueKind.Object } after)
            comparer.CompareSchema("config", before, after);
        else if (from is { ValueKind: JsonValueKind.Object })
            comparer.Breaks("removed", "config", "The plugin has no settings any more.");
        else if (to is { ValueKind: JsonValueKind.Object } added)
            comparer.CompareProperties("config", default, added);
    }

    private void CompareSchema(string path, JsonElement from, JsonElement to)
    {
        var (before, after) = (Text(from, "type"), Text(to, "type"));
        if (before != after && !(before == "integer" && after == "number"))
        {
            Breaks("type_changed", path, $"{path} was of type {before} and is of type {after}.");
            return;
        }

        CompareEnum(path, from, to);
        CompareBounds(path, from, to);
        if (Raw(from, "default") != Raw(to, "default"))
            changes.Add(new(ChangeSeverity.Risky, "settings.default_changed", path, $"{path} has another default: who never chose gets another behaviour."));
        if (!IsTrue(from, "secret") && IsTrue(to, "secret"))
            changes.Add(new(ChangeSeverity.Risky, "settings.secret_added", path, $"{path} is a secret now."));
        if (from.TryGetProperty("items", out var items) && to.TryGetProperty("items", out var itemsNow))
            CompareSchema(path + "[]", items, itemsNow);
        CompareProperties(path, from, to);
    }

    private void CompareProperties(string path, JsonElement from, JsonElement to)
    {
        var (before, after) = (Properties(from), Properties(to));
        var isClosed = to.ValueKind == JsonValueKind.Object && to.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.False;
        foreach (var (name, schema) in before)
        {
            if (after.TryGetValue(name, out var now))
                CompareSchema($"{path}.{name}", schema, now);
            else
                Breaks("removed", $"{path}.{name}", $"The setting {path}.{name} is gone{(isClosed ? ", and saved values of it are refused" : "")}.");
        }

        foreach (var name in Required(to).Except(Required(from), StringComparer.Ordinal))
        {
            if (after.TryGetValue(name, out var schema) && schema.TryGetProperty("default", out _))
                changes.Add(new(ChangeSeverity.Info, "settings.required_with_default", $"{path}.{name}", $"{path}.{name} is required now and has a default."));
            else
                Breaks("required", $"{path}.{name}", $"{path}.{name} is required now and has no default: users who have no value have to enter one.");
        }

        foreach (var name in after.Keys.Except(before.Keys, StringComparer.Ordinal).Except(Required(to), StringComparer.Ordinal))
            changes.Add(new(ChangeSeverity.Info, "settings.added", $"{path}.{name}", $"The setting {path}.{name} is new."));
        if (isClosed && from.ValueKind == JsonValueKind.Object && !(from.TryGetProperty("additionalProperties", out var old) && old.ValueKind == JsonValueKind.False))
            changes.Add(new(ChangeSeverity.Risky, "settings.closed", path, $"{path} takes no members any more that the schema does not name."));
    }

    private void CompareEnum(string path, JsonElement from, JsonElement to)
    {
        var (before, after) = (Values(from), Values(to));
        if (after is null)
            return;
        if (before is null)
            Breaks("enum_narrowed", path, $"{path} took any value and takes only {string.Join(", ", after)}.");
        else if (before.Except(after, StringComparer.Ordinal).ToList() is { Count: > 0 } gone)
            Breaks("enum_narrowed", path, $"{path} does not take {string.Join(", ", gone)} any more.");
    }

    private void CompareBounds(string path, JsonElement from, JsonElement to)
    {
        foreach (var (keyword, sign) in Bounds)
        {
            if (Number(to, keyword) is { } now && !(Number(from, keyword) is { } before && sign * now <= sign * before))
                Breaks("bound_tightened", path, $"{path} has the {keyword} {Raw(to, keyword)} now{(Raw(from, keyword) is { } old ? $" instead of {old}" : "")}.");
        }

        foreach (var keyword in new[] { "pattern", "format" })
        {
            if (Text(to, keyword) is { } now && now != Text(from, keyword))
                Breaks("bound_tightened", path, $"{path} has the {keyword} {now} now{(Text(from, keyword) is { } old ? $" instead of {old}" : "")}.");
        }
    }

    private static Dictionary<string, JsonElement> Properties(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Object)
                .ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal)
            : [];

    private static IEnumerable<string> Required(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("required", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(name => name.ToString())
            : [];

    private static List<string>? Values(JsonElement schema) =>
        schema.TryGetProperty("enum", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(value => value.GetRawText())] : null;

    private static string? Text(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Raw(JsonElement schema, string name) => schema.TryGetProperty(name, out var value) ? value.GetRawText() : null;

    private static double? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static bool IsTrue(JsonElement schema, string name) => schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private void Breaks(string code, string subject, string message) => changes.Add(new(ChangeSeverity.Breaking, "settings." + code, subject, message));
}
