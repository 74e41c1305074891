using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>Decides which capabilities are granted: by <c>--grant</c>, by <c>--yes</c>, or by a person who was shown the plan.</summary>
internal static class CapabilityConsent
{
    /// <summary>The option <c>--grant</c>.</summary>
    public static Option<string[]> GrantOption() => new("--grant")
    {
        Description = "Grant this capability, can be repeated; \"none\" grants nothing. Without it, all are asked for together",
        HelpName = "capability",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Shows the plan, asks if it may and must, and says what to grant; <see langword="null"/> when there is nothing to grant.</summary>
    /// <exception cref="CommandFailedException">Declined, or nobody is there to ask.</exception>
    public static async Task<IReadOnlyList<string>?> AskAsync(
        CommandContext context, InstallationPlan plan, string[]? granted, CancellationToken cancellationToken)
    {
        var wanted = (plan.Capabilities ?? []).Select(capability => capability.Name).ToList();
        var fresh = (plan.Capabilities ?? []).Where(capability => capability.New).Select(capability => capability.Name).ToList();
        foreach (var line in PlanView.Lines(plan))
        {
            context.Report.Say(line);
        }

        if (granted is { Length: > 0 })
        {
            return Chosen(plan, wanted, granted);
        }

        if (!context.Prompt.IsYes && !context.Prompt.IsPossible && fresh.Count > 0)
        {
            throw new CommandFailedException(
                ExitCode.Declined, "client.capability.undecided",
                $"{plan.PluginSlug} {plan.Version} asks for {string.Join(", ", fresh)}, and nobody is here to decide.",
                "Grant all with --yes, some with --grant CAPABILITY, or nothing with --grant none.");
        }

        if ((context.Prompt.IsYes || context.Prompt.IsPossible) && !await context.Prompt.ConfirmAsync(Question(plan, fresh), cancellationToken))
        {
            throw new CommandFailedException(ExitCode.Declined, "client.declined", "Declined. Nothing was changed.");
        }

        // What was declined before an update stays declined until somebody names it.
        return wanted.Count == 0 ? null : [.. plan.Capabilities!
            .Where(capability => plan.FromVersion is null || capability.New || capability.Granted is not false)
            .Select(capability => capability.Name)];
    }

    private static string Question(InstallationPlan plan, List<string> fresh) =>
        fresh.Count == 0 ? $"Go on with {plan.PluginSlug}?" : $"Grant {string.Join(", ", fresh)} to {plan.PluginSlug} and go on?";

    private static List<string> Chosen(InstallationPlan plan, List<string> wanted, string[] granted)
    {
        var chosen = granted.Where(name => !string.Equals(name, "none", StringComparison.Ordinal)).ToList();
        return chosen.Find(name => !wanted.Contains(name)) is { } foreign
            ? throw new CommandFailedException(
                ExitCode.Usage, "client.capability.unasked", $"{plan.PluginSlug} {plan.Version} does not ask for \"{foreign}\".",
                wanted.Count == 0 ? "Leave --grant away." : $"It asks for {string.Join(", ", wanted)}.")
            : chosen;
    }
}
