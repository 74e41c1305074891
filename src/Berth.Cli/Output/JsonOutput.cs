using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Berth.Cli.Output;

/// <summary>An object that <c>--json</c> prints: one line, names in camelCase, and always its schema's version.</summary>
internal abstract record JsonOutput
{
    /// <summary>Grows when a member changes its meaning or goes away; new members leave it as it is.</summary>
    [JsonPropertyName("schemaVersion"), JsonPropertyOrder(-1)]
    public int SchemaVersion => 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Everything that can be seen stays readable; control and direction characters stay escaped.
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GetType(), Options);
}
