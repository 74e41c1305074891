using System.CommandLine;
using System.Text.Json;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth info SLUG</c>: what the registry knows about a plugin and one of its versions.</summary>
internal static class InfoCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var version = new Option<string?>("--version") { Description = "This version [default: newest]", HelpName = "version" };
        return runner.Bind(
            new Command("info", "Show a plugin of the registry") { slug, version },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, context.Get(version), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, string? version, CancellationToken cancellationToken)
    {
        var registry = await context.RegistryAsync(cancellationToken);
        var plugin = await context.Report.WatchAsync("Asking", registry.PluginAsync(slug, cancellationToken));
        var record = version is null ? Latest(plugin) : await registry.VersionAsync(slug, version, cancellationToken);
        var statistics = await registry.StatisticsAsync(slug, cancellationToken);
        context.Report.Data(new InfoOutput(slug, plugin, record, statistics), Lines(plugin, record).Concat(Lines(statistics)));
        return ExitCode.Done;
    }

    private static PublishedVersion? Latest(JsonElement plugin) =>
        plugin.ValueKind == JsonValueKind.Object && plugin.TryGetProperty("latest", out var latest) && latest.ValueKind == JsonValueKind.Object
            ? latest.Deserialize<PublishedVersion>(WireJson.Options)
            : null;

    private static IEnumerable<string> Lines(JsonElement plugin, PublishedVersion? record)
    {
        var manifest = record?.Manifest ?? default;
        yield return $"{Text(plugin, "slug")}{(Text(manifest, "displayName") is { } name ? $" ({name})" : "")}";
        foreach (var (label, value) in new[]
        {
            ("about", Text(manifest, "description")), ("author", Text(manifest, "author")), ("licence", Text(manifest, "license")),
            ("category", Text(manifest, "category")), ("publisher", Text(plugin, "publisher")), ("trust", Text(plugin, "trust_level")), ("latest", Text(plugin, "latest_version")),
        })
        {
            if (value is not null)
            {
                yield return $"{label}: {value}";
            }
        }

        if (plugin.TryGetProperty("versions", out var versions) && versions.ValueKind == JsonValueKind.Array)
        {
            yield return "versions: " + string.Join(", ", versions.EnumerateArray().Select(version => version.ToString()));
        }

        if (plugin.TryGetProperty("channels", out var channels) && channels.ValueKind == JsonValueKind.Object)
        {
            yield return "channels: " + string.Join(", ", channels.EnumerateObject().Select(channel => $"{channel.Name} {(channel.Value.ValueKind == JsonValueKind.String ? channel.Value.GetString() : "-")}"));
        }

        if (record is not null)
        {
            yield return $"{record.Version}: {PlanView.Size(record.Size ?? 0)}, sha256 {record.Digest}, published {record.PublishedAt:yyyy-MM-dd HH:mm}";
            if (record.Yanked is true)
            {
                yield return $"yanked: {record.YankReason ?? "not offered any more"}";
            }

            if (record.Deprecation is { Message: not null } deprecation)
            {
                yield return $"deprecated: {deprecation}";
            }

            var capabilities = Capabilities(record).ToList();
            yield return "capabilities: " + (capabilities.Count == 0 ? "none" : string.Join(", ", capabilities));
        }
    }

    private static IEnumerable<string> Lines(PluginStatistics? statistics)
    {
        if (statistics is not null)
        {
            yield return $"downloads: {statistics.Downloads}, {statistics.DownloadsInRange} of them since {statistics.From}";
        }
    }

    private static IEnumerable<string> Capabilities(PublishedVersion record) =>
        record.Manifest is { ValueKind: JsonValueKind.Object } manifest
        && manifest.TryGetProperty("security", out var security) && security.ValueKind == JsonValueKind.Object
        && security.TryGetProperty("capabilities", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(capability => capability.ToString())
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private sealed record InfoOutput(string Slug, JsonElement Plugin, PublishedVersion? Version, PluginStatistics? Statistics) : JsonOutput;
}
