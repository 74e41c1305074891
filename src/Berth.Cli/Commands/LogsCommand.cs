using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth logs</c>: the audit, oldest first: who did what for whom and how it ended.</summary>
internal static class LogsCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var follow = new Option<bool>("--follow") { Description = "Go on with what comes, until Ctrl-C" };
        var action = new Option<string?>("--action") { Description = "Only these: plugin.install, token.create, …", HelpName = "action" };
        var outcome = new Option<string?>("--outcome") { Description = "Only these: succeeded, failed", HelpName = "outcome" };
        return runner.Bind(
            new Command("logs", "Show who did what, and how it ended; everybody's for an administrator") { follow, action, outcome },
            (context, cancellationToken) => RunAsync(context, context.Get(follow), context.Get(action), context.Get(outcome), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, bool follow, string? action, string? outcome, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var filter = (action is null ? "" : $"&action={Uri.EscapeDataString(action)}") + (outcome is null ? "" : $"&outcome={Uri.EscapeDataString(outcome)}");
        var last = 0L;
        while (true)
        {
            var newest = await host.AuditAsync($"limit=100{filter}" + (last > 0 ? $"&after={last}" : ""), cancellationToken);
            foreach (var entry in newest.Reverse())
            {
                last = entry.Id;
                var behalf = entry.UserId == entry.ActorId ? "" : $" for {entry.UserId}";
                context.Report.Data(new LogOutput(entry), $"{entry.At:yyyy-MM-dd HH:mm:ss} {entry.Outcome} {entry.Action} {entry.Subject} by {entry.ActorId}{behalf}");
            }

            if (!follow)
            {
                return ExitCode.Done;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private sealed record LogOutput(AuditRow Entry) : JsonOutput;
}
