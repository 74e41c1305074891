using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth list</c>: the caller's installations.</summary>
internal static class ListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) => runner.Bind(new Command("list", "List your plugins"), RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var rows = await context.Report.WatchAsync("Asking", host.InstallationsAsync(cancellationToken));
        var entries = rows.Select(row => new Entry(
            row.PluginSlug ?? row.Id, row.Id, row.Version, row.Enabled ?? true, row.Status, row.UpdateAvailable is true ? row.LatestVersion : null)).ToList();
        context.Report.Table(
            new ListOutput(entries),
            ["PLUGIN", "VERSION", "STATE", "UPDATE"],
            [.. entries.Select(entry => (IReadOnlyList<string>)[entry.Slug, entry.Version ?? "", entry.Enabled ? "enabled" : "disabled", entry.Update ?? ""])]);
        if (entries.Count == 0)
        {
            context.Report.Say("Nothing is installed. Look around with `berth search`.");
        }

        return ExitCode.Done;
    }

    private sealed record ListOutput(IReadOnlyList<Entry> Plugins) : JsonOutput;

    private sealed record Entry(string Slug, string PluginId, string? Version, bool Enabled, string? Status, string? Update);
}
