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
        var automatic = await AutomaticAsync(host, rows, cancellationToken);
        var entries = rows.Select(row => new Entry(
            row.PluginSlug ?? row.Id, row.Id, row.Version, row.Enabled ?? true, row.Status, updates.GetValueOrDefault(row.PluginSlug ?? ""),
            automatic.GetValueOrDefault(row.PluginSlug ?? ""))).ToList();
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

    /// <summary>The states of those that are updated by themselves: members of the list itself, or asked for where a host's list is from before it had them.</summary>
    private static async Task<Dictionary<string, string?>> AutomaticAsync(ApiConnection host, IReadOnlyList<InstallationRow> rows, CancellationToken cancellationToken)
    {
        if (rows.All(row => row.AutoUpdate is not null))
        {
            return States(rows.Select(row => row.AutoUpdate!));
        }

        try
        {
            return States(await host.AutoUpdatesAsync(cancellationToken));
        }
        catch (CommandFailedException unknown) when (unknown.Exit == ExitCode.NotFound)
        {
            // A host from before there were any.
            return [];
        }

        static Dictionary<string, string?> States(IEnumerable<AutoUpdateStatus> all) =>
            all.Where(one => one.Enabled).ToDictionary(one => one.PluginSlug, one => one.State, StringComparer.Ordinal);
    }

    private sealed record ListOutput(IReadOnlyList<Entry> Plugins) : JsonOutput;

    private sealed record Entry(string Slug, string PluginId, string? Version, bool Enabled, string? Status, string? Update, string? AutoUpdate);
}
