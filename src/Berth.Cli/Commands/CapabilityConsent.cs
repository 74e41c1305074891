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
        Description = "Grant this capability, or SLUG:CAPABILITY to a plugin that comes along; can be repeated; \"none\" grants nothing. Without it, all are asked for together",
        HelpName = "capability",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Shows the plan, asks if it may and must, and says what to grant; what nobody may grant is not asked for, and left out.</summary>
    /// <exception cref="CommandFailedException">Declined, or nobody is there to ask.</exception>
    public static async Task<Consent> AskAsync(
        CommandContext context, InstallationPlan plan, string[]? granted, CancellationToken cancellationToken)
    {
        var members = (plan.Dependencies ?? []).Select(PlannedDependency.Of).OfType<PlannedDependency>().ToList();
        var fresh = Fresh(plan.Capabilities).Concat(members.SelectMany(member => Fresh(member.Capabilities).Select(name => $"{member.PluginSlug}:{name}"))).ToList();
        foreach (var line in PlanView.Lines(plan))
        {
            context.Report.Say(line);
        }

        if (granted is { Length: > 0 })
        {
            return Chosen(plan, members, granted);
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
        return new Consent(
            Wanted(plan.FromVersion, plan.Capabilities),
            members.Select(member => (member.PluginSlug, Names: Wanted(member.FromVersion, member.Capabilities)))
                .Where(member => member.Names is not null)
                .ToDictionary(member => member.PluginSlug, member => member.Names!, StringComparer.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Fresh(IReadOnlyList<PlannedCapability>? capabilities) =>
        (capabilities ?? []).Where(capability => capability is { New: true, CanBeGranted: true }).Select(capability => capability.Name);

    private static List<string>? Wanted(string? fromVersion, IReadOnlyList<PlannedCapability>? capabilities) =>
        capabilities is not { Count: > 0 } ? null : [.. capabilities
            .Where(capability => capability.CanBeGranted)
            .Where(capability => fromVersion is null || capability.New || capability.Granted is not false)
            .Select(capability => capability.Name)];

    private static string Question(InstallationPlan plan, List<string> fresh) =>
        fresh.Count == 0 ? $"Go on with {plan.PluginSlug}?" : $"Grant {string.Join(", ", fresh)} to {plan.PluginSlug} and go on?";

    /// <summary>A name with a plugin before it is that plugin's: slugs and capabilities cannot be taken for each other.</summary>
    private static Consent Chosen(InstallationPlan plan, List<PlannedDependency> members, string[] granted)
    {
        var own = new List<string>();
        var others = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in granted.Where(name => !string.Equals(name, "none", StringComparison.Ordinal)))
        {
            var member = members.Find(member => name.StartsWith(member.PluginSlug + ":", StringComparison.OrdinalIgnoreCase));
            var capability = member is null ? name : name[(member.PluginSlug.Length + 1)..];
            var wanted = ((member is null ? plan.Capabilities : member.Capabilities) ?? []).Select(one => one.Name).ToList();
            if (!wanted.Contains(capability, StringComparer.Ordinal))
            {
                throw new CommandFailedException(
                    ExitCode.Usage, "client.capability.unasked", $"{member?.PluginSlug ?? plan.PluginSlug} {(member is null ? plan.Version : member.Version)} does not ask for \"{capability}\".",
                    wanted.Count == 0 ? "Leave --grant away." : $"It asks for {string.Join(", ", wanted)}.");
            }

            if (member is null)
            {
                own.Add(capability);
            }
            else if (others.TryGetValue(member.PluginSlug, out var names))
            {
                names.Add(capability);
            }
            else
            {
                others[member.PluginSlug] = [capability];
            }
        }

        return new Consent(own, others);
    }
}

/// <summary>What is granted.</summary>
/// <param name="Grant">To the plugin that was asked for; <see langword="null"/> when it asks for nothing.</param>
/// <param name="Others">To those that come along, by slug.</param>
internal sealed record Consent(IReadOnlyList<string>? Grant, Dictionary<string, List<string>> Others)
{
    /// <summary>As the server reads it.</summary>
    public IReadOnlyDictionary<string, List<string>>? GrantDependencies => Others.Count == 0 ? null : Others;
}
