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
        var updates = rows.Count == 0 ? [] : await UpdatesAsync(context, host, cancellationToken);
        var automatic = rows.Count == 0 ? [] : await AutomaticAsync(host, cancellationToken);
        var entries = rows.Select(row => new Entry(
            row.PluginSlug ?? row.Id, row.Id, row.Version, row.Enabled ?? true, row.Status, updates.GetValueOrDefault(row.PluginSlug ?? ""),
            automatic.GetValueOrDefault(row.PluginSlug ?? "")?.State)).ToList();
        context.Report.Table(
            new ListOutput(entries),
            ["PLUGIN", "VERSION", "STATE", "UPDATE", "AUTO-UPDATE"],
            [.. entries.Select(entry => (IReadOnlyList<string>)[entry.Slug, entry.Version ?? "", entry.Enabled ? "enabled" : "disabled", entry.Update ?? "", entry.AutoUpdate?.Replace('_', ' ') ?? ""])]);
        if (entries.Count == 0)
        {
            context.Report.Say("Nothing is installed. Look around with `berth search`.");
        }

        return ExitCode.Done;
    }

    private static async Task<Dictionary<string, string>> UpdatesAsync(CommandContext context, ApiConnection host, CancellationToken cancellationToken)
    {
        try
        {
            var updates = await host.UpdatesAsync(cancellationToken);
            foreach (var notice in updates.Notices ?? [])
            {
                context.Report.Warn(notice.Message);
            }

            return updates.Updates.ToDictionary(update => update.PluginSlug, update => update.LatestVersion, StringComparer.Ordinal);
        }
        catch (CommandFailedException away) when (away.Exit == ExitCode.Unreachable)
        {
            // What is installed is known without the registry.
            context.Report.Warn($"updates are not known now: {away.Message}");
            return [];
        }
    }

    private static async Task<Dictionary<string, AutoUpdateStatus>> AutomaticAsync(ApiConnection host, CancellationToken cancellationToken)
    {
        try
        {
            return (await host.AutoUpdatesAsync(cancellationToken)).ToDictionary(one => one.PluginSlug, StringComparer.Ordinal);
        }
        catch (CommandFailedException unknown) when (unknown.Exit == ExitCode.NotFound)
        {
            // A host from before there were any.
            return [];
        }
    }

    private sealed record ListOutput(IReadOnlyList<Entry> Plugins) : JsonOutput;

    private sealed record Entry(string Slug, string PluginId, string? Version, bool Enabled, string? Status, string? Update, string? AutoUpdate);
}
