using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth channel SLUG NAME</c>: which prereleases one of your plugins follows.</summary>
internal static class ChannelCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var name = new Argument<string>("name") { Description = "stable, or the first word of prereleases, for example beta" };
        return runner.Bind(
            new Command("channel", "Choose which prereleases one of your plugins follows") { slug, name },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, context.Get(name)!, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, string channel, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        await context.Report.WatchAsync($"Changing {slug}", host.SetPolicyAsync(slug, new { channel }, context.IsDryRun, cancellationToken));
        context.Report.Result(
            new ChannelOutput(slug, channel, context.IsDryRun ? true : null),
            $"{slug} {(context.IsDryRun ? "would follow" : "follows")} the channel {channel}.");
        return ExitCode.Done;
    }

    private sealed record ChannelOutput(string Slug, string Channel, bool? DryRun) : JsonOutput;
}
