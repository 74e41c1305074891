using Berth.Host;
using Berth.Host.Guards;

namespace Berth.Server.Apis;

/// <summary>Which guards the loaded versions have, who uses them, and how they decided; for administrators.</summary>
internal static class GuardsApi
{
    public static void MapGuards(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            routes.MapGroup(prefix + "/system").WithTags("System").WithBerthPolicies().NeedAdministrator()
                .MapGet("/guards", List).WithSummary("Guards of the plugin versions that were loaded, and how they decided");
        }
    }

    private static IResult List(IGuardRegister register, IInstancePool pool)
    {
        var states = pool.Snapshot().ToDictionary(instance => instance.Id, instance => instance.State);
        var plugins = register.Snapshot();
        return Results.Json(new { plugins = plugins.Select(plugin => Shown(plugin, plugins, states)) }, BerthJson.Options);
    }

    private static object Shown(PluginGuards plugin, IReadOnlyList<PluginGuards> all, Dictionary<PluginVersionId, Host.States.InstanceState> states) => new
    {
        slug = plugin.Id.Slug,
        version = plugin.Id.Version,
        state = states.GetValueOrDefault(plugin.Id).ToString().ToLowerInvariant(),
        guards = plugin.Guards.Select(guard => new
        {
            guard.Name,
            scope = guard.IsExternal ? "external" : "local",
            guard.Provider,
            exported = guard.IsExported,
            guard.Dependencies,
            guard.Allowed,
            guard.Denied,
            guard.Failed,
            used_by = guard.IsExported ? UsersOf(plugin.Id.Slug, guard.Name, all) : [],
        }),
    };

    private static IEnumerable<object> UsersOf(string slug, string guard, IReadOnlyList<PluginGuards> all) => all
        .Where(plugin => plugin.Guards.Any(used => used.IsExternal
            && string.Equals(used.Name, guard, StringComparison.Ordinal)
            && string.Equals(used.Provider, slug, StringComparison.OrdinalIgnoreCase)))
        .Select(plugin => new { slug = plugin.Id.Slug, version = plugin.Id.Version });
}
