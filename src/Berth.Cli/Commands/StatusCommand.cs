using System.CommandLine;
using System.Text.Json;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth status SLUG</c>: how an installation is. Exit 0 when healthy, 3 when not installed, 1 otherwise.</summary>
internal static class StatusCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        return runner.Bind(
            new Command("status", "Show how one of your plugins is") { slug },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var status = await context.Report.WatchAsync($"Checking {slug}", host.StatusAsync(slug, cancellationToken));
        var info = status.PluginInfo;
        context.Report.Data(
            new StatusOutput(status.PluginSlug, status.Status, status.PluginId, info?.Version, info?.Enabled, status.Runtime, status.HealthDetails) { Capabilities = info?.Capabilities },
            Lines(status));
        if (status.Status is not "healthy" and not "not_installed")
        {
            context.Report.Say(Next(status, slug));
        }

        return status.Status switch
        {
            "healthy" => ExitCode.Done,
            "not_installed" => ExitCode.NotFound,
            _ => ExitCode.Failed,
        };
    }

    /// <summary>A repair brings back files and rows; it takes no verdict back and restarts nothing.</summary>
    private static string Next(InstallationStatus status, string slug) => status.Status is "files_missing" or "files_modified" or "modules_corrupted"
        ? $"Next: berth repair {slug} brings its files and rows back; your data stays as it is."
        : $"Next: berth update {slug} --check looks for a newer version, and berth logs {slug} shows what it said.";

    private static IEnumerable<string> Lines(InstallationStatus status)
    {
        yield return $"{status.PluginSlug}: {status.Status}";
        if (status.PluginInfo is { } info)
        {
            yield return $"version: {info.Version}";
            yield return $"state: {(info.Enabled is false ? "disabled" : "enabled")}";
            if (info.Variant is not null)
                yield return $"files: {info.ServedVariant}{(info.ServedVariant == info.Variant ? "" : $" ({info.Variant} when there are any)")}";
        }

        foreach (var capability in status.PluginInfo?.Capabilities ?? [])
        {
            yield return $"capability: {capability.Name} {capability.Standing}"
                + (capability is { Permitted: true, Granted: false } ? $" (berth grant {status.PluginSlug} {capability.Name})" : "");
        }

        if (status.Runtime is { } runtime)
        {
            yield return $"runtime: {runtime.State}{(runtime.Isolation is null ? "" : $", isolation {runtime.Isolation}")}";
        }
    }

    private sealed record StatusOutput(
        string Slug, string Status, string? PluginId, string? Version, bool? Enabled, RuntimeInfo? Runtime, JsonElement? HealthDetails) : JsonOutput
    {
        /// <summary>What the version declares, permitted and granted or not.</summary>
        public IReadOnlyList<InstalledCapability>? Capabilities { get; init; }
    }
}
