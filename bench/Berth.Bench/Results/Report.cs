using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace Berth.Bench.Results;

/// <summary>The results as a Markdown table and as JSON.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static string ToMarkdown(IReadOnlyList<BenchResult> results, DateTimeOffset date)
    {
        var text = new StringBuilder();
        text.AppendLine($"Measured {date:yyyy-MM-dd HH:mm} UTC on {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}.");
        text.AppendLine("Medians of alternating rounds; the ratio is the median of the rounds' ratios. docs/benchmarks.md says what each line does.");
        text.AppendLine().AppendLine("| id | work | unit | Berth | peer | | ratio | goal | met |").AppendLine("|---|---|---|---:|---|---:|---:|---|---|");
        foreach (var result in results)
        {
            text.AppendLine($"| {result.Id} | {result.Work} | {result.Unit} | {Shown(result.Berth?.Median)} | {result.Peer?.Name ?? "-"} | {Shown(result.Peer?.Median)} "
                + $"| {(result.Ratio is { } ratio ? ratio.ToString("0.00") : "-")} | {result.Goal ?? "-"} | {(result.Met is { } met ? met ? "yes" : "no" : "-")} |");
        }

        var notes = results.Where(result => result.Note is not null).ToList();
        if (notes.Count > 0)
            text.AppendLine();
        foreach (var result in notes)
            text.AppendLine($"- {result.Id}: {result.Note}");
        return text.ToString();
    }

    public static string ToJson(IReadOnlyList<BenchResult> results, DateTimeOffset date) => JsonSerializer.Serialize(
        new
        {
            date,
            machine = new { cores = Environment.ProcessorCount, os = RuntimeInformation.OSDescription.Trim(), runtime = RuntimeInformation.FrameworkDescription },
            results,
        },
        Json);

    private static string Shown(double? value) => value switch
    {
        null => "-",
        >= 100 or <= -100 => value.Value.ToString("#,0"),
        _ => value.Value.ToString("0.##"),
    };
}
