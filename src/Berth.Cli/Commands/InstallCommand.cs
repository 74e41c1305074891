using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth install SLUG</c>: shows the plan and the capabilities, asks, installs, says how to undo it.</summary>
internal static class InstallCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = PackageOrigin.CreateArgument();
        var version = new Option<string?>("--version") { Description = "A version or a range, for example ^1.0.0 [default: newest]", HelpName = "range" };
        var grant = CapabilityConsent.GrantOption();
        return runner.Bind(
            new Command("install", "Install a plugin for yourself") { slug, version, grant },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, context.Get(version), context.Get(grant), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string slug, string? version, string[]? granted, CancellationToken cancellationToken)
    {
        if (PackageOrigin.IsOne(slug))
        {
            return await PackageOrigin.InstallAsync(context, slug, version, granted, cancellationToken);
        }

        var host = await context.HostAsync(cancellationToken);
        var plan = await context.Report.WatchAsync(
            $"Planning {slug}", host.PlanAsync(HttpMethod.Post, slug, "install", new { version }, "", cancellationToken));
        if (context.IsDryRun)
        {
            return PlanOutput.Print(context.Report, plan);
        }

        var consent = await CapabilityConsent.AskAsync(context, plan, granted, cancellationToken);
        // What was shown is what is installed, even when a newer version appears meanwhile.
        var body = new { version = plan.Version ?? version, consent.Grant, consent.GrantDependencies };
        var done = await OperationPhases.ShowAsync(
            context, host, slug, $"Installing {slug} {plan.Version}", host.RunAsync(HttpMethod.Post, slug, "install", body, "", cancellationToken), cancellationToken);
        context.Report.Result(OperationOutput.Of("install", done), $"Installed {done.PluginSlug} {done.Version} ({done.PluginId})." + MembersView.Sentence(done.Members));
        context.Report.Say($"Undo: berth uninstall {done.PluginSlug}");
        return ExitCode.Done;
    }
}
