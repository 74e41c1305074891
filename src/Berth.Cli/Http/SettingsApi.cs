using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Cli.Http;

/// <summary>The caller's settings of a plugin: in force, the caller's own, the schema, and which secrets are set.</summary>
internal sealed record PluginSettings(
    string PluginSlug, JsonElement Config, JsonElement Own, JsonElement? Schema, IReadOnlyDictionary<string, bool> Secrets, IReadOnlyList<string>? Changed = null);

/// <summary>The server's own settings.</summary>
internal sealed record ServerSettings(IReadOnlyList<ServerSetting> Settings);

/// <summary>One of them.</summary>
internal sealed record ServerSetting(string Name, string Value, string Source);

/// <summary>Modules of an installation, as existing front ends read them.</summary>
internal sealed record ModuleList(IReadOnlyList<JsonElement> Modules);

/// <summary>Settings of plugins, modules and the server.</summary>
internal static class SettingsApi
{
    /// <summary>Reads the settings of one plugin.</summary>
    public static async Task<PluginSettings> SettingsAsync(this ApiConnection host, string slug, CancellationToken cancellationToken) =>
        (await host.GetAsync<Framed<PluginSettings>>(PathOf(slug) + "/config", cancellationToken)).Data;

    /// <summary>Changes those that the patch names (JSON Merge Patch). Answers the names of what changed.</summary>
    public static async Task<IReadOnlyList<string>> PatchSettingsAsync(this ApiConnection host, string slug, JsonObject patch, CancellationToken cancellationToken) =>
        (await host.SendAsync<Framed<PluginSettings>>(HttpMethod.Patch, PathOf(slug) + "/config", patch, cancellationToken)).Data.Changed ?? [];

    /// <summary>What that would do.</summary>
    public static async Task<InstallationPlan> PlanSettingsAsync(this ApiConnection host, string slug, JsonObject patch, CancellationToken cancellationToken) =>
        (await host.SendAsync<Framed<Planned>>(HttpMethod.Patch, PathOf(slug) + "/config?dry_run=true", patch, cancellationToken)).Data.Plan;

    /// <summary>The modules of one plugin.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ModulesAsync(this ApiConnection host, string slug, CancellationToken cancellationToken) =>
        (await host.GetAsync<ModuleList>(PathOf(slug) + "/modules", cancellationToken)).Modules;

    /// <summary>Changes what the caller chose of a module.</summary>
    public static Task PatchModuleAsync(this ApiConnection host, string slug, string module, JsonObject patch, bool dryRun, CancellationToken cancellationToken) =>
        host.SendAsync(HttpMethod.Patch, $"{PathOf(slug)}/modules/{Uri.EscapeDataString(module)}{(dryRun ? "?dry_run=true" : "")}", patch, cancellationToken);

    /// <summary>What the running server is set to; for administrators.</summary>
    public static async Task<IReadOnlyList<ServerSetting>> ServerSettingsAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        (await host.GetAsync<ServerSettings>("/api/v1/admin/settings", cancellationToken)).Settings;

    private static string PathOf(string slug) => "/api/v1/plugins/" + Uri.EscapeDataString(slug);
}
