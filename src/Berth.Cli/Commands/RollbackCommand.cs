using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth rollback SLUG</c>: back to the previous version, with the data it had or with today's data migrated back.</summary>
internal static class RollbackCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var data = new Option<string?>("--data") { Description = "previous: the data as it was; migrate: today's data, taken back [default: previous]" };
        data.AcceptOnlyFromAmong("previous", "migrate");
        return runner.Bind(
            new Command("rollback", "Go back to the version a plugin had before its update") { slug, data },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, context.Get(data), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, string? data, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var plan = await context.Report.WatchAsync(
            $"Planning {slug}", host.PlanAsync(HttpMethod.Post, slug, "rollback", Body(data), "", cancellationToken));
        if (context.IsDryRun)
        {
            return PlanOutput.Print(context.Report, plan);
        }

        await Confirmation.AskAsync(context, plan, isDestructive: false, cancellationToken);
        var done = await context.Report.WatchAsync(
            $"Rolling {slug} back", host.RunAsync(HttpMethod.Post, slug, "rollback", Body(data), "", cancellationToken));
        context.Report.Result(
            OperationOutput.Of("rollback", done),
            $"Rolled {done.PluginSlug} back{(done.PreviousVersion is null ? "" : $" from {done.PreviousVersion}")} to {done.NewVersion ?? done.Version}.");
        context.Report.Say($"Undo: berth update {done.PluginSlug}");
        return ExitCode.Done;
    }

    private static object? Body(string? data) => data is null ? null : new { data };
}
