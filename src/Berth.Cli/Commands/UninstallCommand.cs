using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth uninstall SLUG</c>: keeps the data unless <c>--purge</c>.</summary>
internal static class UninstallCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var purge = new Option<bool>("--purge") { Description = "Delete your data in the plugin, too. Cannot be undone" };
        return runner.Bind(
            new Command("uninstall", "Remove one of your plugins; your data in it is kept") { slug, purge },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, context.Get(purge), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, bool purge, CancellationToken cancellationToken)
    {
        var query = purge ? "&purge=true" : "";
        var host = await context.HostAsync(cancellationToken);
        var plan = await context.Report.WatchAsync(
            $"Planning {slug}", host.PlanAsync(HttpMethod.Delete, slug, "uninstall", null, query, cancellationToken));
        if (context.IsDryRun)
        {
            return PlanOutput.Print(context.Report, plan);
        }

        await Confirmation.AskAsync(context, plan, isDestructive: purge, cancellationToken);
        var done = await context.Report.WatchAsync(
            $"Uninstalling {slug}", host.RunAsync(HttpMethod.Delete, slug, "uninstall", null, query, cancellationToken));
        context.Report.Result(
            OperationOutput.Of("uninstall", done), $"Uninstalled {done.PluginSlug}; your data was {(purge ? "deleted" : "kept")}.");
        if (!purge)
        {
            context.Report.Say($"Undo: berth install {done.PluginSlug}{(plan.FromVersion is null ? "" : $" --version {plan.FromVersion}")}");
        }

        return ExitCode.Done;
    }
}
