using Berth.Cli.Commands;
using Berth.Cli.Output;
using Berth.Cli.Serving;

namespace Berth.Cli.Demo;

/// <summary>One run of the demonstration: packages, a server of its own in a temporary folder, the story, and nothing left of it.</summary>
internal static class DemoRun
{
    /// <summary>Tells the story. Exit 0 when everything it tells came true, 1 otherwise.</summary>
    public static async Task<ExitCode> RunAsync(CommandContext context, int users, DirectoryInfo? packages, CancellationToken cancellationToken)
    {
        var samples = await SamplePackages.ReadAsync(packages?.FullName, context.Report, cancellationToken);
        var assembly = await ServerLocation.FindAsync(
            AppContext.BaseDirectory, context.Terminal.Variable(ServerLocation.VariableName), context.Report, cancellationToken);
        if (context.IsDryRun)
        {
            context.Report.Result(
                new DryRunOutput($"start {assembly} and tell the story with {samples.All.Count} packages and {users} users"),
                $"Would start {assembly} and tell the story with {samples.All.Count} packages and {users} users.");
            return ExitCode.Done;
        }

        using var folder = new TemporaryFolder("berth-demo-");
        var teller = new StoryTeller(context.Report);
        await using var server = await teller.StepAsync("start", "A server of its own, in an empty folder", async () =>
        {
            var started = await context.Report.WatchAsync("Starting the server", DemoServer.StartAsync(assembly, folder.Path, cancellationToken));
            return (started, $"host {Text(started.Host)}, registry {Text(started.Registry)}", new { host = Text(started.Host), registry = Text(started.Registry) });
        });
        if (server is null)
        {
            return ExitCode.Failed;
        }

        var isTrue = await new DemoStory(server, samples, users, teller, context.Report).TellAsync(cancellationToken);
        if (!isTrue)
        {
            context.Report.Say("The server's last words:");
            foreach (var line in server.LastLines)
            {
                context.Report.Say("  " + line);
            }
        }

        return isTrue ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Text(Uri address) => address.AbsoluteUri.TrimEnd('/');
}
