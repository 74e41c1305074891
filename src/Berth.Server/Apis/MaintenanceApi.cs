using System.Text.Json;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Doctor;

namespace Berth.Server.Apis;

/// <summary>Cleanup and doctor on demand, for administrators.</summary>
internal static class MaintenanceApi
{
    public static void MapMaintenance(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix + "/system").WithTags("System").WithBerthPolicies().NeedAdministrator();
            group.MapPost("/cleanup", CleanUpAsync).WithSummary("Remove idle instances, unreferenced versions and stale files; dry_run=true only lists them");
            group.MapPost("/doctor", ExamineAsync).WithSummary("Look whether everything fits together, as JSON lines; fix=true repairs what can be repaired");
        }
    }

    private static async Task<IResult> CleanUpAsync(HttpContext context, ICleanup cleanup)
    {
        var result = await cleanup.RunAsync(QueryValues.Flag(context.Request, "dry_run"), context.RequestAborted);
        return Results.Json(result, BerthJson.Options);
    }

    private static async Task ExamineAsync(HttpContext context, IDoctor doctor)
    {
        // A dry run is an examination without repairs.
        var fix = QueryValues.Flag(context.Request, "fix") && !QueryValues.Flag(context.Request, "dry_run");
        context.Response.ContentType = "application/x-ndjson";
        await foreach (var one in doctor.ExamineAsync(new DoctorRequest(fix), context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(DoctorLines.Of(one), BerthJson.Options), context.RequestAborted);
            await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
