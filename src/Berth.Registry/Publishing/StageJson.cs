using System.Text.Json;

namespace Berth.Registry.Publishing;

/// <summary>Verdicts as the tables hold them.</summary>
internal static class StageJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>With evidence, for the publication.</summary>
    public static string Full(IReadOnlyList<StageRecord> stages) => Write(stages);

    /// <summary>Without, for the version.</summary>
    public static string Short(IReadOnlyList<StageRecord> stages) => stages.Count == 0 ? "[]" : Write([.. stages.Select(stage => stage with { Evidence = null })]);

    public static IReadOnlyList<StageRecord> Read(string? json) =>
        json is null or "[]" ? [] : JsonSerializer.Deserialize<List<StageRecord>>(json, Options) ?? [];

    // PostgreSQL takes no NUL in a text, and an escaped one in JSON is none of its business there: the column is text.
    private static string Write(IReadOnlyList<StageRecord> stages) => JsonSerializer.Serialize(stages, Options);
}
