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
        var dependents = new Option<bool>("--with-dependents") { Description = "Remove the plugins that need it, too; your data in them is kept" };
        return runner.Bind(
            new Command("uninstall", "Remove one of your plugins; your data in it is kept") { slug, purge, dependents },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, context.Get(purge), context.Get(dependents), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, bool purge, bool withDependents, CancellationToken cancellationToken)
    {
        var query = (purge ? "&purge=true" : "") + (withDependents ? "&dependents=true" : "");
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
            OperationOutput.Of("uninstall", done), $"Uninstalled {done.PluginSlug}; your data was {(purge ? "deleted" : "kept")}." + MembersView.Sentence(done.Members));
        if (!purge)
        {
            context.Report.Say($"Undo: berth install {done.PluginSlug}{(plan.FromVersion is null ? "" : $" --version {plan.FromVersion}")}");
        }

        return ExitCode.Done;
    }
}
