using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth repair SLUG</c>: files as in the package, rows as in the manifest; documents and settings stay as they are.</summary>
internal static class RepairCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        return runner.Bind(
            new Command("repair", "Bring back the files and rows of one of your plugins; your data stays as it is") { slug },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        if (context.IsDryRun)
        {
            var plan = await context.Report.WatchAsync(
                $"Examining {slug}", host.PlanAsync(HttpMethod.Post, slug, "repair", null, "", cancellationToken));
            return PlanOutput.Print(context.Report, plan);
        }

        // Nothing is asked: a repair takes nothing away that was installed.
        var done = await context.Report.WatchAsync($"Repairing {slug}", host.RepairAsync(slug, cancellationToken));
        context.Report.Data(
            new RepairOutput(done.PluginSlug, done.PluginId, done.Version, done.FilesRestored, done.ModulesCreated, done.ModulesDeleted), Lines(done));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(RepairResult done)
    {
        var isChanged = done.FilesRestored.Count + done.ModulesCreated.Count + done.ModulesDeleted.Count > 0;
        yield return isChanged ? $"Repaired {done.PluginSlug} {done.Version}." : $"{done.PluginSlug} {done.Version} was as it should be.";
        foreach (var file in done.FilesRestored)
        {
            yield return $"  restored: {file}";
        }

        foreach (var module in done.ModulesCreated)
        {
            yield return $"  module created: {module}";
        }

        foreach (var module in done.ModulesDeleted)
        {
            yield return $"  module deleted: {module}";
        }
    }

    private sealed record RepairOutput(
        string Slug, string PluginId, string Version, IReadOnlyList<string> FilesRestored, IReadOnlyList<string> ModulesCreated,
        IReadOnlyList<string> ModulesDeleted, string Operation = "repair") : JsonOutput;
}
