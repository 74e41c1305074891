using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth yank SLUG VERSION --reason TEXT</c> and <c>berth unyank SLUG VERSION</c>.</summary>
internal static class YankCommand
{
    /// <summary>The command <c>yank</c>.</summary>
    public static Command Create(CommandRunner runner)
    {
        var (slug, version) = (SlugArgument.Create(), VersionArgument());
        var reason = new Option<string>("--reason") { Description = "Why; users of the version read it", Required = true, HelpName = "text" };
        return runner.Bind(
            new Command("yank", "Stop offering a version; who has it keeps it") { slug, version, reason },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, context.Get(version)!, "yank", new { reason = context.Get(reason) }, cancellationToken));
    }

    /// <summary>The command <c>unyank</c>.</summary>
    public static Command CreateUnyank(CommandRunner runner)
    {
        var (slug, version) = (SlugArgument.Create(), VersionArgument());
        return runner.Bind(
            new Command("unyank", "Offer a yanked version again") { slug, version },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, context.Get(version)!, "unyank", new { }, cancellationToken));
    }

    /// <summary>The argument that names a version.</summary>
    public static Argument<string> VersionArgument() => new("version") { Description = "A version of the plugin, exactly" };

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, string version, string change, object body, CancellationToken cancellationToken)
    {
        var registry = await context.RegistryAsync(cancellationToken);
        await context.Report.WatchAsync($"Changing {slug} {version}", registry.ChangeVersionAsync(slug, version, change, body, context.IsDryRun, cancellationToken));
        var isYank = change == "yank";
        context.Report.Result(
            new YankOutput(slug, version, isYank, context.IsDryRun ? true : null),
            $"{slug} {version} {(context.IsDryRun ? "would be" : "is")} {(isYank ? "not offered any more; who has it keeps it" : "offered again")}.");
        if (isYank && !context.IsDryRun)
        {
            context.Report.Say($"Undo: berth unyank {slug} {version}");
        }

        return ExitCode.Done;
    }

    private sealed record YankOutput(string Slug, string Version, bool Yanked, bool? DryRun) : JsonOutput;
}
