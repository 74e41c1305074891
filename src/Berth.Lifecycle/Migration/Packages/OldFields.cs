using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Lifecycle.Migration.Packages;

/// <summary>The members of an old plugin or module, whether they come from columns (text) or from its own files (JSON text).</summary>
internal sealed class OldFields
{
    private readonly SortedDictionary<string, JsonNode?> _fields = new(StringComparer.Ordinal);

    /// <summary>The names that have a value.</summary>
    public IEnumerable<string> Names => _fields.Keys;

    /// <summary>Takes columns in: texts that are JSON objects or lists become those, everything else stays text.</summary>
    public OldFields AddColumns(IEnumerable<KeyValuePair<string, string?>> columns)
    {
        foreach (var (name, text) in columns)
        {
            if (text is not null)
                _fields.TryAdd(name, Parse(text) is JsonObject or JsonArray ? Parse(text) : JsonValue.Create(text));
        }

        return this;
    }

    /// <summary>Takes members in whose values are JSON text.</summary>
    public OldFields AddJson(IEnumerable<KeyValuePair<string, string>> members)
    {
        foreach (var (name, json) in members)
        {
            if (Parse(json) is { } node)
                _fields.TryAdd(name, node);
        }

        return this;
    }

    /// <summary>The value as it is.</summary>
    public JsonNode? this[string name] => _fields.GetValueOrDefault(name)?.DeepClone();

    /// <summary>A text that is not empty.</summary>
    public string? Text(string name) => _fields.GetValueOrDefault(name) switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => string.IsNullOrWhiteSpace(text) ? null : text,
        JsonValue value => value.ToJsonString(),
        _ => null,
    };

    /// <summary>A whole number.</summary>
    public int? Whole(string name) =>
        double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= int.MinValue and <= int.MaxValue && Math.Floor(number) == number
            ? (int)number
            : null;

    /// <summary>An object, also when it was stored as text.</summary>
    public JsonObject? Object(string name) => Node(name) as JsonObject;

    /// <summary>A list, also when it was stored as text.</summary>
    public JsonArray? List(string name) => Node(name) as JsonArray;

    /// <summary>An object or a list.</summary>
    public JsonNode? Node(string name) => this[name] switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => Parse(text),
        var node => node,
    };

    /// <summary>JSON, or <see langword="null"/> when the text is none.</summary>
    public static JsonNode? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 64 });
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }
}
