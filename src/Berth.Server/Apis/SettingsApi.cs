using System.Text.Json;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Settings;
using Berth.Packaging.Settings;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>The caller's settings of a plugin. Secrets are written and never read back: an answer tells only whether they are set.</summary>
internal static class SettingsApi
{
    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix).WithTags("Installations").WithBerthPolicies().WithMetadata(new CompatibleErrors());
            group.MapGet("/{slug}/config", ReadAsync).WithSummary("The caller's settings, their schema, and which secrets are set");
            group.MapPut("/{slug}/config", (HttpContext context, IInstallations installations, IPluginSettings settings, ILifecycleOperations operations) =>
                WriteAsync(context, installations, settings, operations, isMerge: false))
                .NeedScope(TokenScopes.Write).WithSummary("Replace the caller's settings; a secret that is absent stays");
            group.MapPatch("/{slug}/config", (HttpContext context, IInstallations installations, IPluginSettings settings, ILifecycleOperations operations) =>
                WriteAsync(context, installations, settings, operations, isMerge: true))
                .NeedScope(TokenScopes.Write).WithSummary("Change some of the caller's settings (JSON Merge Patch)");
        }
    }

    private static async Task<IResult> ReadAsync(HttpContext context, IInstallations installations, IPluginSettings settings)
    {
        var plugin = await FindAsync(context, installations);
        return Results.Json(new { status = "success", data = Shape(plugin, await settings.ReadAsync(plugin, context.RequestAborted)) }, CompatibleJson.Options);
    }

    private static async Task<IResult> WriteAsync(
        HttpContext context, IInstallations installations, IPluginSettings settings, ILifecycleOperations operations, bool isMerge)
    {
        using var body = await RequestBody.ReadAsync<JsonDocument>(context);
        var plugin = await FindAsync(context, installations);
        var values = Unwrapped(body.RootElement, (await settings.ReadAsync(plugin, context.RequestAborted)).Schema);
        var request = new ConfigureRequest(plugin.Slug, values, isMerge, QueryValues.Flag(context.Request, "dry_run"));
        var outcome = await operations.ConfigureAsync(context.Caller().ForOperations(context), request, context.RequestAborted);
        if (outcome is not OperationOutcome.Done { Result: var result })
            return OperationResults.Shown(outcome, _ => new { });

        plugin = await FindAsync(context, installations);
        var data = Shape(plugin, await settings.ReadAsync(plugin, context.RequestAborted));
        data["changed"] = result.Changed;
        return Results.Json(
            new { status = "success", message = $"{plugin.Slug} is configured.", data, operation_id = result.OperationId, notes = result.Notes }, CompatibleJson.Options);
    }

    /// <summary>Takes <c>{"config": {…}}</c>, as the answer has it, for what is in it; unless the plugin has a setting of that name.</summary>
    private static JsonElement Unwrapped(JsonElement sent, JsonElement? schema) =>
        sent.ValueKind == JsonValueKind.Object && SettingsSchema.CheckText(sent).Count == 0
            && sent.EnumerateObject().Count() == 1 && sent.TryGetProperty("config", out var inner) && inner.ValueKind == JsonValueKind.Object
            && !(schema is { } known && known.TryGetProperty("properties", out var properties) && properties.TryGetProperty("config", out _))
            ? inner
            : sent;

    // Names of settings are the plugin's own: nothing here may change their casing.
    private static Dictionary<string, object?> Shape(InstalledPlugin plugin, PluginSettings settings) => new()
    {
        ["plugin_slug"] = plugin.Slug,
        ["plugin_id"] = plugin.PluginId,
        ["version"] = plugin.Version,
        ["config"] = settings.Config,
        ["own"] = settings.Own,
        ["schema"] = settings.Schema,
        ["secrets"] = settings.Secrets,
    };

    private static async Task<InstalledPlugin> FindAsync(HttpContext context, IInstallations installations)
    {
        var slug = RouteValues.Slug(context);
        var installed = await installations.OfUserAsync(context.Caller().UserId, context.RequestAborted);
        return installed.TryFind(slug, out var plugin) ? plugin
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.not_installed", $"You have not installed '{slug}'.");
    }
}
