using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth update SLUG</c>: the same talk as an installation; <c>--check</c> only looks.</summary>
internal static class UpdateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var version = new Option<string?>("--version") { Description = "A version or a range [default: newest that fits channel and pins]", HelpName = "range" };
        var grant = CapabilityConsent.GrantOption();
        var check = new Option<bool>("--check") { Description = "Only look: exit 9 when there is an update, 0 when there is none" };
        return runner.Bind(
            new Command("update", "Update one of your plugins; its data comes along") { slug, version, grant, check },
            (context, cancellationToken) => context.Get(check)
                ? CheckAsync(context, context.Get(slug)!, cancellationToken)
                : RunAsync(context, context.Get(slug)!, context.Get(version), context.Get(grant), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string slug, string? version, string[]? granted, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var plan = await context.Report.WatchAsync(
            $"Planning {slug}", host.PlanAsync(HttpMethod.Post, slug, "update", new { version }, "", cancellationToken));
        if (context.IsDryRun)
        {
            return PlanOutput.Print(context.Report, plan);
        }

        var consent = await CapabilityConsent.AskAsync(context, plan, granted, cancellationToken);
        var body = new { version = plan.Version ?? version, consent.Grant, consent.GrantDependencies };
        var done = await OperationPhases.ShowAsync(
            context, host, slug, $"Updating {slug} to {plan.Version}", host.RunAsync(HttpMethod.Post, slug, "update", body, "", cancellationToken), cancellationToken);
        context.Report.Result(
            OperationOutput.Of("update", done),
            $"Updated {done.PluginSlug} from {done.PreviousVersion} to {done.NewVersion}{(done.Migrated is true ? ", data migrated" : "")}." + MembersView.Sentence(done.Members));
        context.Report.Say($"Undo: berth rollback {done.PluginSlug}");
        return ExitCode.Done;
    }

    private static async Task<ExitCode> CheckAsync(CommandContext context, string slug, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var update = await host.UpdateOfAsync(slug, cancellationToken);
        context.Report.Result(
            new UpdateCheckOutput(slug, update?.CurrentVersion, update?.LatestVersion, update is not null),
            update is null ? $"{slug} is up to date." : $"{slug} {update.CurrentVersion} can be updated to {update.LatestVersion}.");
        return update is null ? ExitCode.Done : ExitCode.Difference;
    }

    private sealed record UpdateCheckOutput(string Slug, string? Version, string? LatestVersion, bool UpdateAvailable) : JsonOutput;
}
