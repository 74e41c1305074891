using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth users delete NAME</c>: with all that is theirs, or handing it over.</summary>
internal static class UsersDeleteCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var name = new Argument<string>("name") { Description = "The user's name or id" };
        var handover = new Option<string?>("--handover") { Description = "Who takes over plugins, data and settings: a name or an id", HelpName = "user" };
        return runner.Bind(new Command("delete", "Delete a user with all that is theirs. Cannot be undone") { name, handover }, async (context, cancellationToken) =>
        {
            var host = await context.HostAsync(cancellationToken);
            var id = await IdAsync(host, context.Get(name)!, cancellationToken);
            var heir = context.Get(handover) is { } wanted ? await IdAsync(host, wanted, cancellationToken) : null;
            var plan = await context.Report.WatchAsync("Planning", host.DeleteUserAsync(id, heir, isDryRun: true, cancellationToken));
            foreach (var line in Lines(plan))
            {
                context.Report.Say(line);
            }

            if (context.IsDryRun)
            {
                context.Report.Result(new DeletedUserOutput(plan, DryRun: true), $"Would delete {context.Get(name)} ({id}).");
                return ExitCode.Done;
            }

            await ConfirmAsync(context, context.Get(name)!, cancellationToken);
            var done = await context.Report.WatchAsync("Deleting", host.DeleteUserAsync(id, heir, isDryRun: false, cancellationToken));
            foreach (var note in done.Notes ?? [])
            {
                context.Report.Warn(note);
            }

            context.Report.Result(new DeletedUserOutput(done, DryRun: null), $"Deleted {context.Get(name)} ({id}).");
            return ExitCode.Done;
        });
    }

    private static async Task ConfirmAsync(CommandContext context, string name, CancellationToken cancellationToken)
    {
        if (!context.Prompt.IsYes && !context.Prompt.IsPossible)
        {
            throw new CommandFailedException(
                ExitCode.Usage, "client.confirmation.needed", "This cannot be undone, and nobody is here to confirm it.", "Confirm it with --yes.");
        }

        if (!await context.Prompt.ConfirmAsync($"Delete {name}? This cannot be undone.", cancellationToken))
        {
            throw new CommandFailedException(ExitCode.Declined, "client.declined", "Declined. Nothing was changed.");
        }
    }

    private static async Task<string> IdAsync(ApiConnection host, string user, CancellationToken cancellationToken)
    {
        if (user.Length == 32 && user.All(char.IsAsciiHexDigitLower))
        {
            return user;
        }

        await foreach (var known in host.UsersAsync(cancellationToken))
        {
            if (string.Equals(known.Username, user, StringComparison.OrdinalIgnoreCase))
            {
                return known.Id;
            }
        }

        throw new CommandFailedException(ExitCode.NotFound, "client.user.unknown", $"There is no user \"{user}\".", "See `berth users list`.");
    }

    private static IEnumerable<string> Lines(DeletedUser plan)
    {
        foreach (var (what, slugs) in new[] { ("uninstalled", plan.Uninstalled), ("handed over", plan.HandedOver), ("kept beside, because the other one has it", plan.Kept) })
        {
            if (slugs is { Count: > 0 })
            {
                yield return $"  {what}: {string.Join(", ", slugs)}";
            }
        }
    }

    private sealed record DeletedUserOutput(DeletedUser User, bool? DryRun) : JsonOutput;
}
