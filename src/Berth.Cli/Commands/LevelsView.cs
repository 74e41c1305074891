using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>Shows which isolation levels a server can give: what is missing is no finding, only what one has to know.</summary>
internal static class LevelsView
{
    /// <summary>A level a line; what it cannot give and what to do below it.</summary>
    public static void Show(Report report, IReadOnlyList<LevelEntry> levels)
    {
        foreach (var level in levels)
            report.Data(new LevelOutput("isolation", level.Level, level.Available, level.Reason, level.Remedy, level.Gaps, level.Unlimited ?? []), Text(level));
    }

    private static IEnumerable<string> Text(LevelEntry level) =>
    [
        $"isolation {level.Level}: {(level.Available ? "available" : "not available")}: {level.Reason}",
        .. level.Remedy is { } remedy ? (string[])[$"  remedy: {remedy}"] : [],
        .. level.Gaps.Select(gap => $"  gap: {gap}"),
    ];

    private sealed record LevelOutput(string Type, string Level, bool Available, string Reason, string? Remedy, IReadOnlyList<string> Gaps, IReadOnlyList<string> Unlimited) : JsonOutput;
}
