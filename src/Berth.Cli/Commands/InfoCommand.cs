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
        var chosen = version ?? Text(plugin, "latest_version");
        var record = chosen is null ? null : await registry.VersionAsync(slug, chosen, cancellationToken);
        context.Report.Data(new InfoOutput(slug, plugin, record), Lines(plugin, record));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(JsonElement plugin, PublishedVersion? record)
    {
        yield return $"{Text(plugin, "display_name") ?? Text(plugin, "slug")} ({Text(plugin, "slug")})";
        if (Text(plugin, "description") is { } description)
        {
            yield return description;
        }

        foreach (var (label, name) in new[] { ("author", "author"), ("category", "category"), ("trust", "trust_level"), ("latest", "latest_version") })
        {
            if (Text(plugin, name) is { } value)
            {
                yield return $"{label}: {value}";
            }
        }

        if (plugin.TryGetProperty("versions", out var versions) && versions.ValueKind == JsonValueKind.Array)
        {
            yield return "versions: " + string.Join(", ", versions.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Object ? Text(v, "version") : v.ToString()));
        }

        if (record is not null)
        {
            yield return $"{record.Version}: {PlanView.Size(record.Size ?? 0)}, sha256 {record.Digest}, published {record.PublishedAt:yyyy-MM-dd HH:mm}";
            var capabilities = Capabilities(record).ToList();
            yield return "capabilities: " + (capabilities.Count == 0 ? "none" : string.Join(", ", capabilities));
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

    private sealed record InfoOutput(string Slug, JsonElement Plugin, PublishedVersion? Version) : JsonOutput;
}
