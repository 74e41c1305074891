using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Versions;

namespace Berth.Server.Apis;

/// <summary>Newer versions of what somebody has, and what their publishers say of the versions they have.</summary>
internal static class AvailableUpdates
{
    public static async Task<IResult> ShowAsync(
        IEnumerable<InstalledPlugin> plugins, UserInstallations installed, IUpdateCandidates candidates, IVersionNotices notices, IAutoUpdates autoUpdates,
        CancellationToken cancellationToken)
    {
        List<object> updates = [], said = [];
        var automatic = await autoUpdates.OfUserAsync(installed.UserId, cancellationToken);
        foreach (var plugin in plugins)
        {
            if (await candidates.FindAsync(plugin, installed, cancellationToken) is { } newest)
            {
                updates.Add(new
                {
                    plugin_id = plugin.PluginId,
                    plugin_slug = plugin.Slug,
                    current_version = plugin.Version,
                    latest_version = newest.Version,
                    repo_url = newest.Repository,
                });
            }

            said.AddRange((await notices.OfAsync(plugin, cancellationToken))
                .Select(notice => new { plugin_slug = plugin.Slug, current_version = plugin.Version, notice.Kind, notice.Message, notice.Successor }));
            // What is the user's to decide, until it is decided.
            if (automatic.GetValueOrDefault(plugin.Slug) is { State: AutoUpdateState.Withheld or AutoUpdateState.GivenUp, Reason: { } reason } entry && entry.Version != plugin.Version)
                said.Add(new { plugin_slug = plugin.Slug, current_version = plugin.Version, kind = "auto_update_withheld", message = reason, successor = (string?)null });
        }

        return Results.Json(new { status = "success", data = new { available_updates = updates, total_count = updates.Count, notices = said } }, BerthJson.Options);
    }
}
