using System.Text.Json;
using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;

namespace Berth.Server.Apis;

/// <summary><c>PATCH /{slug}</c>: what the caller chose for an installation.</summary>
internal static class InstallationPatchApi
{
    public static async Task<IResult> PatchAsync(HttpContext context, ILifecycleOperations operations, IInstallations installations, IAutoUpdates autoUpdates, ISharedStore store)
    {
        using var body = await RequestBody.ReadAsync<JsonDocument>(context);
        var change = InstallationPatch.Read(body.RootElement);
        var (slug, isDryRun, caller) = (RouteValues.Slug(context), QueryValues.Flag(context.Request, "dry_run"), context.Caller().ForOperations(context));
        var outcome = change switch
        {
            { AllowsVariant: { } allows } => await operations.ChooseVariantAsync(caller, new ChooseVariantRequest(slug, allows, isDryRun), context.RequestAborted),
            { ChangesGrants: true } => await operations.ChangeGrantsAsync(caller, new ChangeGrantsRequest(slug, change.Grant, change.Revoke, isDryRun), context.RequestAborted),
            { IsOnlyEnabled: true } => await operations.SetEnabledAsync(caller, new SetEnabledRequest(slug, change.Enabled is true, isDryRun), context.RequestAborted),
            _ => await operations.SetPolicyAsync(
                caller, new SetPolicyRequest(slug, change.ChangesPin, change.Pinned, change.Channel, change.Enabled, isDryRun, change.AutoUpdate), context.RequestAborted),
        };
        var after = outcome is OperationOutcome.Done ? await installations.OfUserAsync(caller.UserId, context.RequestAborted) : null;
        InstalledPlugin? plugin = null;
        after?.TryFind(slug, out plugin);
        var stored = plugin is null ? null : await store.FindVersionAsync(plugin.Slug, plugin.Version, context.RequestAborted);
        var isUpdatedByItself = plugin is null ? (bool?)null : await autoUpdates.FindAsync(plugin, context.RequestAborted) is not null;
        return OperationResults.Shown(outcome, result => new
        {
            plugin_slug = result.Slug,
            plugin_id = result.PluginId,
            enabled = plugin?.Enabled ?? change.Enabled,
            plugin?.Pinned,
            plugin?.Channel,
            auto_update = isUpdatedByItself,
            variant = plugin is null ? null : InstallationShapes.VariantOf(plugin.AllowsVariant),
            served_variant = plugin is null ? null : InstallationShapes.VariantOf(plugin.AllowsVariant && stored?.Variant is not null),
            granted = plugin?.Granted.Order(StringComparer.Ordinal),
            result.Notes,
        });
    }
}
