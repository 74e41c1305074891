using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth unpublish SLUG VERSION</c>: deletes a version, if the rules still allow it.</summary>
internal static class UnpublishCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var (slug, version) = (SlugArgument.Create(), YankCommand.VersionArgument());
        var reason = new Option<string?>("--reason") { Description = "Why; it stands on the tombstone", HelpName = "text" };
        var force = new Option<bool>("--force") { Description = "Against the rules (administrators, with a reason)" };
        return runner.Bind(
            new Command("unpublish", "Delete a version within 72 hours, if nobody has it and nothing needs it; its number is never given again") { slug, version, reason, force },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, context.Get(version)!, context.Get(reason), context.Get(force), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, string version, string? reason, bool force, CancellationToken cancellationToken)
    {
        var registry = await context.RegistryAsync(cancellationToken);
        // Asked of the registry first: who hears "no" need not be asked for a yes.
        await context.Report.WatchAsync($"Asking for {slug} {version}", registry.DeleteVersionAsync(slug, version, reason, force, isDryRun: true, cancellationToken));
        if (!context.IsDryRun)
        {
            if (!context.Prompt.IsYes && !context.Prompt.IsPossible)
            {
                throw new CommandFailedException(
                    ExitCode.Usage, "client.confirmation.needed", "This cannot be undone, and nobody is here to confirm it.", "Confirm it with --yes.");
            }

            if (!await context.Prompt.ConfirmAsync($"Delete {slug} {version} for good?", cancellationToken))
            {
                throw new CommandFailedException(ExitCode.Declined, "client.declined", "Declined. Nothing was changed.");
            }

            await context.Report.WatchAsync($"Deleting {slug} {version}", registry.DeleteVersionAsync(slug, version, reason, force, isDryRun: false, cancellationToken));
        }

        context.Report.Result(
            new UnpublishOutput(slug, version, !context.IsDryRun, context.IsDryRun ? true : null),
            $"{slug} {version} {(context.IsDryRun ? "would be" : "is")} deleted. Its number is never given again.");
        return ExitCode.Done;
    }

    private sealed record UnpublishOutput(string Slug, string Version, bool Deleted, bool? DryRun) : JsonOutput;
}
