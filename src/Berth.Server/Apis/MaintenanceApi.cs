using Berth.Lifecycle.Cleanup;

namespace Berth.Server.Apis;

/// <summary>Cleanup on demand, for administrators.</summary>
internal static class MaintenanceApi
{
    public static void MapMaintenance(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix + "/system").WithTags("System").WithBerthPolicies().NeedAdministrator();
            group.MapPost("/cleanup", CleanUpAsync).WithSummary("Remove idle instances, unreferenced versions and stale files; dry_run=true only lists them");
        }
    }

    private static async Task<IResult> CleanUpAsync(HttpContext context, ICleanup cleanup)
    {
        var result = await cleanup.RunAsync(QueryValues.Flag(context.Request, "dry_run"), context.RequestAborted);
        return Results.Json(result, BerthJson.Options);
    }
}
