using Berth.Lifecycle.Installations;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>The caller's plugins as an object by slug: what a page needs to load their front ends.</summary>
internal static class ManifestsApi
{
    public static void MapManifests(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix).WithTags("Installations").WithBerthPolicies().WithMetadata(new CompatibleErrors());
            group.MapGet("/manifest", (HttpContext context, IInstallations installations, InstallationShapes shapes) => ShowAsync(context, installations, shapes, withModules: false))
                .WithSummary("The caller's enabled plugins by slug");
            group.MapGet("/manifest/designer", (HttpContext context, IInstallations installations, InstallationShapes shapes) => ShowAsync(context, installations, shapes, withModules: true))
                .WithSummary("The caller's enabled plugins by slug, with their modules");
        }
    }

    private static async Task<IResult> ShowAsync(HttpContext context, IInstallations installations, InstallationShapes shapes, bool withModules)
    {
        var userId = context.Caller().UserId;
        var installed = await installations.OfUserAsync(userId, context.RequestAborted);
        var shown = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var plugin in installed.Plugins.Where(plugin => plugin.Enabled))
        {
            var shape = await shapes.PluginAsync(plugin, installed, context.RequestAborted);
            shape["id"] = plugin.Slug;
            shape["database_id"] = plugin.PluginId;
            if (withModules)
            {
                var modules = await installations.ModulesAsync(userId, plugin.PluginId, context.RequestAborted);
                shape["modules"] = modules.Select(module => InstallationShapes.Module(module, userId));
            }

            shown[plugin.Slug] = shape;
        }

        return Results.Json(shown, CompatibleJson.Options);
    }
}
