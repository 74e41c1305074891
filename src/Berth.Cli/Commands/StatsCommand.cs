using System.CommandLine;
using System.Text.Json;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth stats</c>: figures of the system, for administrators.</summary>
internal static class StatsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) => runner.Bind(
        new Command("stats", "Show figures of the system (administrators)"), async (context, cancellationToken) =>
        {
            var host = await context.HostAsync(cancellationToken);
            var stats = await context.Report.WatchAsync("Asking", host.StatsAsync(cancellationToken));
            context.Report.Data(new StatsOutput(stats), Lines("", stats));
            return ExitCode.Done;
        });

    /// <summary>One line a figure: its path, its value.</summary>
    private static IEnumerable<string> Lines(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Lines(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Lines($"{path}[{index}]", item)),
        _ => [$"{path}: {element}"],
    };

    private sealed record StatsOutput(JsonElement Stats) : JsonOutput;
}
