using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Registry.Trust;

namespace Berth.Registry.Mirroring;

/// <summary>What the record of a carried decision says of the one that it stands for: the evidence of a decision of the kind <see cref="Kind"/>.</summary>
/// <param name="Source">The registry that decided.</param>
/// <param name="Level">Its level there.</param>
/// <param name="DecidedBy">Who decided there.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Evidence">What it was based on there.</param>
internal sealed record CarriedEvidence(string Source, string Level, string? DecidedBy, DateTimeOffset? DecidedAt, JsonElement? Evidence)
{
    /// <summary>The kind of decisions that follow another registry's.</summary>
    public const string Kind = "carried";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>As the record keeps it.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Options);

    /// <summary>As the row keeps it.</summary>
    public string ToText() => TrustText.Json(ToJson())!;

    /// <summary>Which registry a kept one names.</summary>
    public static string? SourceOf(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<CarriedEvidence>(json, Options)?.Source;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
