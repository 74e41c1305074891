using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth enable SLUG</c> and <c>berth disable SLUG</c>.</summary>
internal static class EnableCommand
{
    /// <summary>One of the two commands.</summary>
    public static Command Create(CommandRunner runner, bool enabled)
    {
        var slug = SlugArgument.Create();
        var command = enabled
            ? new Command("enable", "Switch one of your plugins on") { slug }
            : new Command("disable", "Switch one of your plugins off; it stays installed") { slug };
        return runner.Bind(command, (context, cancellationToken) => RunAsync(context, context.Get(slug)!, enabled, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, bool enabled, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        await context.Report.WatchAsync($"Changing {slug}", host.EnableAsync(slug, enabled, context.IsDryRun, cancellationToken));
        var word = enabled ? "enabled" : "disabled";
        context.Report.Result(
            new EnableOutput(slug, enabled, context.IsDryRun ? true : null), context.IsDryRun ? $"{slug} would be {word}." : $"{slug} is {word}.");
        if (!context.IsDryRun)
        {
            context.Report.Say($"Undo: berth {(enabled ? "disable" : "enable")} {slug}");
        }

        return ExitCode.Done;
    }

    private sealed record EnableOutput(string Slug, bool Enabled, bool? DryRun) : JsonOutput;
}
