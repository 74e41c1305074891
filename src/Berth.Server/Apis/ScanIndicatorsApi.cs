using Berth.Registry.Scanning;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>The registry's own indicators: what every package is looked through for. They come with a scan of everything.</summary>
internal static class ScanIndicatorsApi
{
    public static void MapScanIndicators(this IEndpointRouteBuilder group)
    {
        group.MapGet("/scans/indicators", ListAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("The indicators that every package is looked through for");
        group.MapDelete("/scans/indicators/{id}", RemoveAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("Look for an indicator no more");
    }

    private static async Task<IResult> ListAsync(HttpContext context, IScanIndicators indicators) =>
        Results.Json(new { indicators = await indicators.ListAsync(context.RequestAborted) }, BerthJson.Options);

    private static async Task<IResult> RemoveAsync(HttpContext context, string id, IScanIndicators indicators)
    {
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var removed = id.Length == 32 && id.All(char.IsAsciiHexDigitLower) ? await indicators.RemoveAsync(id, context.Caller().ActorId, isDryRun, context.RequestAborted) : null;
        return removed is not null
            ? Results.Json(new { indicator = removed, dry_run = isDryRun }, BerthJson.Options)
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "scan.indicator_unknown", "There is no such indicator. GET /api/v1/scans/indicators lists them with their ids.");
    }
}
