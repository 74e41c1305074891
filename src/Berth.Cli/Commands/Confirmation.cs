using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>Asks before something is taken away.</summary>
internal static class Confirmation
{
    /// <summary>Shows the plan and asks. Without a terminal, what can be undone goes on, and what can't needs <c>--yes</c>.</summary>
    /// <exception cref="CommandFailedException">Declined, or nobody is there to ask.</exception>
    public static async Task AskAsync(CommandContext context, InstallationPlan plan, bool isDestructive, CancellationToken cancellationToken)
    {
        foreach (var line in PlanView.Lines(plan))
        {
            context.Report.Say(line);
        }

        if (!context.Prompt.IsYes && !context.Prompt.IsPossible)
        {
            if (isDestructive)
            {
                throw new CommandFailedException(
                    ExitCode.Usage, "client.confirmation.needed", "This cannot be undone, and nobody is here to confirm it.", "Confirm it with --yes.");
            }

            return;
        }

        var question = isDestructive ? "This cannot be undone. Go on?" : $"Go on with {plan.PluginSlug}?";
        if (!await context.Prompt.ConfirmAsync(question, cancellationToken))
        {
            throw new CommandFailedException(ExitCode.Declined, "client.declined", "Declined. Nothing was changed.");
        }
    }
}
