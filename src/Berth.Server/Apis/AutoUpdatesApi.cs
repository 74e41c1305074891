using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Installations;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Which of the caller's installations are updated by themselves, and how it stands with them. PATCH on an installation opts in and out.</summary>
internal static class AutoUpdatesApi
{
    public static void MapAutoUpdates(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix).WithTags("Installations").WithBerthPolicies().WithMetadata(new CompatibleErrors());
            group.MapGet("/updates/automatic", ListAsync).WithSummary("The caller's installations that are updated by themselves");
            group.MapGet("/{slug}/auto-update", ShowAsync).WithSummary("Whether one is updated by itself, and why a newer version is not in force");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IInstallations installations, IAutoUpdates autoUpdates)
    {
        var userId = context.Caller().UserId;
        var installed = await installations.OfUserAsync(userId, context.RequestAborted);
        var entries = await autoUpdates.OfUserAsync(userId, context.RequestAborted);
        var shown = installed.Plugins.Where(plugin => entries.ContainsKey(plugin.Slug)).Select(plugin => Shape(plugin, entries[plugin.Slug], autoUpdates)).ToList();
        return Results.Json(new { status = "success", data = new { installations = shown, total_count = shown.Count } }, BerthJson.Options);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, IInstallations installations, IAutoUpdates autoUpdates)
    {
        var slug = RouteValues.Slug(context);
        var installed = await installations.OfUserAsync(context.Caller().UserId, context.RequestAborted);
        if (!installed.TryFind(slug, out var plugin))
            throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.not_installed", $"You have not installed '{slug}'.");
        return Results.Json(new { status = "success", data = await ShapeAsync(plugin, autoUpdates, context.RequestAborted) }, BerthJson.Options);
    }

    /// <summary>One installation, also as a part of its details.</summary>
    public static async Task<object> ShapeAsync(InstalledPlugin plugin, IAutoUpdates autoUpdates, CancellationToken cancellationToken) =>
        Shape(plugin, await autoUpdates.FindAsync(plugin, cancellationToken), autoUpdates);

    /// <summary>The same with what is known of it already.</summary>
    public static object Shape(InstalledPlugin plugin, AutoUpdateEntry? entry, IAutoUpdates autoUpdates) => new
    {
        plugin_slug = plugin.Slug,
        plugin_id = plugin.PluginId,
        enabled = entry is not null,
        channel = plugin.Channel,
        current_version = plugin.Version,
        // An installation that is switched off is left as it is until it is switched on.
        state = entry is null ? "off" : plugin.Enabled ? entry.State : "paused",
        version = entry?.Version,
        code = entry?.Code,
        reason = entry?.Reason,
        attempts = entry?.Attempts ?? 0,
        next_attempt_at = entry?.NextAttemptAt,
        since = entry?.Since,
        decided_at = entry?.DecidedAt,
        checked_at = entry?.CheckedAt,
        interval_seconds = (long)autoUpdates.Interval.TotalSeconds,
    };
}
