using System.Text.Json;

namespace Berth.Server.Apis;

/// <summary>Writes member names exactly as they stand in the code: the older front ends read a mixture of casings.</summary>
internal static class CompatibleJson
{
    public static JsonSerializerOptions Options { get; } = new(BerthJson.Options) { PropertyNamingPolicy = null };
}
