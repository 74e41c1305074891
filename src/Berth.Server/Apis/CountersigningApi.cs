using Berth.Registry.Keys.Countersigning;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>What was countersigned with a key of the registry that was revoked, countersigned again: begun by the revocation, or by hand.</summary>
internal static class CountersigningApi
{
    public static void MapCountersigning(this IEndpointRouteBuilder keys)
    {
        keys.MapGet("/countersigning", ListAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("Runs that countersign again, newest first, with their progress");
        keys.MapPost("/countersigning", StartAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("Countersign again what has no valid countersignature since a key of the registry was revoked");
        keys.MapGet("/countersigning/{id}", FindAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("How far a run is");
    }

    private static async Task<IResult> ListAsync(HttpContext context, ICountersigning countersigning) =>
        Results.Json(new { waiting = await countersigning.CountAsync(context.RequestAborted), runs = await countersigning.ListAsync(context.RequestAborted) }, BerthJson.Options);

    private static async Task<IResult> StartAsync(HttpContext context, ICountersigning countersigning)
    {
        if (QueryValues.Flag(context.Request, "dry_run"))
            return Results.Json(new { dry_run = true, total = await countersigning.CountAsync(context.RequestAborted) }, BerthJson.Options);
        var run = await countersigning.StartAsync("An administrator asked for it.", context.Caller().ActorId, context.RequestAborted);
        return Results.Json(run, BerthJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> FindAsync(HttpContext context, string id, ICountersigning countersigning) =>
        id.Length == 32 && id.All(char.IsAsciiHexDigitLower) && await countersigning.FindAsync(id, context.RequestAborted) is { } run
            ? Results.Json(run, BerthJson.Options)
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "countersigning.unknown", "There is no such run. GET /api/v1/keys/countersigning lists them.");
}
