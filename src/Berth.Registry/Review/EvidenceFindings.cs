using System.Text.Json;
using Berth.Registry.Publishing;

namespace Berth.Registry.Review;

/// <summary>
/// The findings in what stages say: whatever object in their evidence has a code and a severity. So reviewers see those of
/// every stage, whatever else its evidence holds.
/// </summary>
public static class EvidenceFindings
{
    private const int MaxDepth = 32;

    /// <summary>All, in the order of the stages.</summary>
    public static IReadOnlyList<ReviewFinding> Of(IReadOnlyList<StageRecord> stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        var found = new List<ReviewFinding>();
        foreach (var stage in stages)
        {
            if (stage.Evidence is { } evidence)
                Collect(stage.Stage, evidence, found, 0);
        }

        return found;
    }

    /// <summary>Whether one is critical.</summary>
    public static bool HaveCritical(IReadOnlyList<StageRecord> stages) =>
        Of(stages).Any(finding => string.Equals(finding.Severity, "critical", StringComparison.OrdinalIgnoreCase));

    private static void Collect(string stage, JsonElement element, List<ReviewFinding> found, int depth)
    {
        if (depth > MaxDepth)
            return;
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Collect(stage, item, found, depth + 1);
            return;
        }

        if (element.ValueKind != JsonValueKind.Object)
            return;
        if (Text(element, "code") is { } code && Text(element, "severity") is { } severity)
        {
            found.Add(new ReviewFinding(stage, code, severity, Text(element, "file"), element));
            return;
        }

        foreach (var member in element.EnumerateObject())
            Collect(stage, member.Value, found, depth + 1);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>A finding, with all that its stage says of it.</summary>
public sealed record ReviewFinding(string Stage, string Code, string Severity, string? File, JsonElement Whole);
