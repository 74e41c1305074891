using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Dependencies;

namespace Berth.Registry.Scanning;

/// <summary>What a scan said, as the tables, the evidence of the publish and the answers of the registry show it.</summary>
internal static class ScanJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The evidence of the stage.</summary>
    public static JsonElement Evidence(ScanReport report) =>
        JsonSerializer.SerializeToElement(new ScanEvidence([.. report.Verdicts.Select(VerdictRecord.Of)], report.Dependencies), Options);

    public static ScanEvidence? ReadEvidence(JsonElement? evidence) => evidence?.Deserialize<ScanEvidence>(Options);

    public static string Write(IReadOnlyList<Finding> findings) => JsonSerializer.Serialize(findings, Options);

    public static IReadOnlyList<Finding> ReadFindings(string json) => json == "[]" ? [] : JsonSerializer.Deserialize<List<Finding>>(json, Options) ?? [];
}

/// <summary>The evidence of the scan stage.</summary>
/// <param name="Verdicts">One a scanner.</param>
/// <param name="Dependencies">What the package brings along.</param>
internal sealed record ScanEvidence(IReadOnlyList<VerdictRecord> Verdicts, IReadOnlyList<PackageDependency> Dependencies);
