using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Cli.Http;

/// <summary>JSON as the servers speak it: snake_case.</summary>
internal static class WireJson
{
    /// <summary>Options for bodies.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
