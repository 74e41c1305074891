using System.Text.Json;
using Berth.Host;
using Berth.Host.Health;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Store;
using Berth.Packaging.Variants;
using Berth.Server.Files;

namespace Berth.Server.Apis;

/// <summary>Installations as the front ends of the systems before Berth read them (contract, section 7).</summary>
internal sealed class InstallationShapes(ISharedStore store, IInstancePool pool, FileCapability capabilities, IUpdateCandidates updates, ITrustCeilings ceilings)
{
    /// <summary>One installation. <c>bundlelocation</c> carries the capability segment and no leading slash.</summary>
    public async Task<Dictionary<string, object?>> PluginAsync(InstalledPlugin plugin, UserInstallations installed, CancellationToken cancellationToken)
    {
        var update = await UpdateAsync(plugin, installed, cancellationToken);
        var stored = await store.FindVersionAsync(plugin.Slug, plugin.Version, cancellationToken);
        var manifest = stored?.Manifest;
        var type = manifest?.Type.ToString().ToLowerInvariant() ?? "frontend";
        return new Dictionary<string, object?>
        {
            ["id"] = plugin.PluginId,
            ["plugin_slug"] = plugin.Slug,
            ["name"] = manifest?.DisplayName ?? plugin.Slug,
            ["description"] = manifest?.Description,
            ["version"] = plugin.Version,
            ["type"] = type,
            ["pluginType"] = type,
            ["enabled"] = plugin.Enabled,
            ["icon"] = manifest?.Icon,
            ["category"] = manifest?.Category,
            ["status"] = plugin.Enabled ? "activated" : "deactivated",
            ["official"] = stored?.TrustLevel is "internal" or "verified",
            ["author"] = manifest?.Author,
            ["lastUpdated"] = plugin.UpdatedAt,
            ["compatibility"] = manifest?.Engine?.ToString(),
            ["downloads"] = 0,
            ["scope"] = manifest?.Frontend?.Scope,
            ["bundlemethod"] = BundleMethod.Of(manifest?.Frontend),
            ["bundlelocation"] = stored is { Manifest.Frontend: { } frontend }
                ? $"~{capabilities.Create(plugin.UserId, plugin.Slug, FileClaim.Of(stored, plugin.AllowsVariant), stored.Digest)}/{frontend.Entry}"
                : null,
            ["islocal"] = false,
            ["longDescription"] = manifest?.Description,
            ["userId"] = plugin.UserId,
            ["sourceType"] = "registry",
            ["sourceUrl"] = null,
            ["updateCheckUrl"] = null,
            ["lastUpdateCheck"] = null,
            ["updateAvailable"] = update is not null,
            ["latestVersion"] = update?.Version,
            ["installationType"] = "registry",
            ["endpointsFile"] = null,
            ["routePrefix"] = manifest?.Module is null ? null : $"/p/{plugin.Slug}",
            ["configFields"] = manifest?.Config ?? (object)new Dictionary<string, object>(),
            ["messages"] = new Dictionary<string, object>(),
            ["dependencies"] = manifest?.Dependencies.Keys ?? [],
            ["permissions"] = plugin.Granted,
            ["requiredServicesRuntime"] = Array.Empty<string>(),
            ["backendDependencies"] = Array.Empty<string>(),
        };
    }

    /// <summary>With the registry away the list is shown all the same.</summary>
    private async ValueTask<UpdateCandidate?> UpdateAsync(InstalledPlugin plugin, UserInstallations installed, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.FindAsync(plugin, installed, cancellationToken);
        }
        catch (PackageSourceUnavailableException)
        {
            return null;
        }
    }

    /// <summary>The same with the casing of <c>/direct</c>, and without whose it is.</summary>
    public static Dictionary<string, object?> Direct(Dictionary<string, object?> plugin)
    {
        foreach (var (name, other) in new[] { ("bundlemethod", "bundleMethod"), ("bundlelocation", "bundleLocation"), ("islocal", "isLocal") })
        {
            if (plugin.Remove(name, out var value))
                plugin[other] = value;
        }

        plugin.Remove("userId");
        plugin.Remove("plugin_slug");
        return plugin;
    }

    /// <summary>One module of an installation.</summary>
    public static Dictionary<string, object?> Module(InstalledModule module, string userId) => new()
    {
        ["id"] = module.Id,
        ["pluginId"] = module.PluginId,
        ["name"] = module.Name,
        ["displayName"] = module.DisplayName,
        ["description"] = module.Description,
        ["icon"] = module.Icon,
        ["category"] = module.Category,
        ["enabled"] = module.Enabled,
        ["priority"] = module.Priority,
        ["userId"] = userId,
        ["props"] = Json(module, "props"),
        ["configFields"] = Json(module, "configFields"),
        ["requiredServices"] = Json(module, "requiredServices"),
        ["layout"] = Json(module, "layout"),
        ["dependencies"] = Json(module, "dependencies"),
        ["tags"] = Json(module, "tags"),
        ["messages"] = Json(module, "messages"),
    };

    /// <summary>A status report with what the instance of the version is doing.</summary>
    public async Task<object> StatusAsync(string slug, StatusReport report, CancellationToken cancellationToken)
    {
        var plugin = report.Plugin;
        var stored = plugin is null ? null : await store.FindVersionAsync(plugin.Slug, plugin.Version, cancellationToken);
        var instance = plugin is null ? null : pool.Snapshot().FirstOrDefault(instance => instance.Id == new PluginVersionId(plugin.Slug, plugin.Version));
        return new
        {
            plugin_slug = plugin?.Slug ?? slug,
            exists = plugin is not null,
            report.Status,
            plugin_id = plugin?.PluginId,
            plugin_info = plugin is null ? null : new
            {
                id = plugin.PluginId,
                name = stored?.Manifest.DisplayName ?? plugin.Slug,
                plugin.Version,
                plugin.Enabled,
                plugin.CreatedAt,
                plugin.UpdatedAt,
                plugin.PreviousVersion,
                variant = VariantOf(plugin.AllowsVariant),
                served_variant = VariantOf(plugin.AllowsVariant && stored?.Variant is not null),
                capabilities = CapabilityShapes.Of(plugin, stored, ceilings),
            },
            health_details = report.Details,
            runtime = new
            {
                state = instance is null ? "unloaded" : instance.State.ToString().ToLowerInvariant(),
                isolation = instance?.Isolation ?? "none",
                breaker = instance?.Breaker is { } breaker ? BreakerSnapshot.Name(breaker.State) : null,
            },
        };
    }

    /// <summary>The word for what a user is served, or would take.</summary>
    public static string VariantOf(bool isOptimized) => isOptimized ? VariantStatement.Optimized : InstalledPlugin.OriginalVariant;

    private static JsonElement Json(InstalledModule module, string name) =>
        JsonSerializer.Deserialize<JsonElement>(module.Json.TryGetValue(name, out var json) ? json : "{}");
}
