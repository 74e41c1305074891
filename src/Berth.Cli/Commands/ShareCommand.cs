using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth share SLUG USER…</c>: offers your version to others.</summary>
internal static class ShareCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var users = new Argument<string[]>("user") { Description = "Whom to offer it to, by id or name", Arity = ArgumentArity.OneOrMore };
        return runner.Bind(
            new Command("share", "Offer your version of a plugin to other users; they decide") { slug, users },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, context.Get(users)!, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, string[] users, CancellationToken cancellationToken)
    {
        if (context.IsDryRun)
        {
            context.Report.Result(new DryRunOutput($"share {slug}"), $"Would offer {slug} to {string.Join(", ", users)}.");
            return ExitCode.Done;
        }

        var host = await context.HostAsync(cancellationToken);
        var offers = await context.Report.WatchAsync($"Sharing {slug}", host.ShareAsync(slug, users, cancellationToken));
        context.Report.Table(
            new SharedOutput(offers),
            ["ID", "TO", "PLUGIN", "VERSION", "UNTIL"],
            [.. offers.Select(offer => (IReadOnlyList<string>)[offer.Id, offer.To ?? "", offer.PluginSlug, offer.Version, $"{offer.ExpiresAt:yyyy-MM-dd}"])]);
        context.Report.Say("They accept with `berth shares accept ID`. Undo: berth shares withdraw ID");
        return ExitCode.Done;
    }

    private sealed record SharedOutput(IReadOnlyList<ShareRecord> Shares) : JsonOutput;
}
