using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth events</c>: the newest events, oldest of them first; with <c>--follow</c> also what comes.</summary>
internal static class EventsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var follow = new Option<bool>("--follow") { Description = "Go on with what comes, until Ctrl-C" };
        var since = new Option<long?>("--since") { Description = "Only events after this number", HelpName = "seq" };
        var type = new Option<string?>("--type") { Description = "Only these types, for example berth.installation.*", HelpName = "type" };
        return runner.Bind(
            new Command("events", "Show events; all of them for an administrator") { follow, since, type },
            (context, cancellationToken) => RunAsync(context, context.Get(follow), context.Get(since), context.Get(type), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, bool follow, long? since, string? type, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var filter = type is null ? "" : "type=" + Uri.EscapeDataString(type);
        if (!follow)
        {
            var newest = await context.Report.WatchAsync("Asking", host.EventsAsync("limit=100&" + filter, cancellationToken));
            foreach (var one in newest.Reverse().Where(one => since is null || long.Parse(one.GetProperty("id").GetString()!, CultureInfo.InvariantCulture) > since))
            {
                Print(context, one);
            }

            return ExitCode.Done;
        }

        await foreach (var item in host.FollowAsync("/api/v1/events?" + filter, since?.ToString(CultureInfo.InvariantCulture), cancellationToken))
        {
            if (item.Name is "gap")
            {
                context.Report.Warn($"events after {item.Data.GetProperty("requested").GetRawText()} are not kept any more; it goes on after {item.Data.GetProperty("continues_after").GetRawText()}");
            }
            else
            {
                Print(context, item.Data);
            }
        }

        return ExitCode.Done;
    }

    private static void Print(CommandContext context, JsonElement one) => context.Report.Data(
        new EventOutput(one), $"{Text(one, "id")} {Text(one, "time")} {Text(one, "type")} {Text(one, "subject")}");

    private static string? Text(JsonElement one, string name) => one.TryGetProperty(name, out var value) ? value.GetString() : null;

    private sealed record EventOutput(JsonElement Event) : JsonOutput;
}
