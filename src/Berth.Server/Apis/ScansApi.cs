using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Indicators;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;
using Berth.Registry.Scanning;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>What scanners said of versions, and looks at everything that is published.</summary>
internal static class ScansApi
{
    private const int MaxIndicators = 100;

    public static void MapScans(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Scanning").WithBerthPolicies();
        group.MapGet("/plugins/{slug}/{version}/scan", FindAsync).WithSummary("What each scanner said of a version, with all findings");
        group.MapPost("/scans", StartAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("Scan everything published again, with new indicators if some are given");
        group.MapGet("/scans", ListAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("Scans of everything, newest first");
        group.MapGet("/scans/{id}", RunAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("How far a scan of everything is");
        group.MapScanIndicators();
        group.MapPost("/scans/search", SearchAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("Look for an indicator in everything published");
    }

    private static async Task<IResult> FindAsync(HttpContext context, IKeptVersions versions, IScanReports reports, IPublishers publishers)
    {
        var (slug, number, caller) = (RouteValues.Slug(context), RouteValues.Version(context), context.Caller());
        var version = await versions.FindAsync(slug, number, context.RequestAborted);
        // What is held is shown to those who can do something about it.
        if (version is null || (version.State != VersionState.Visible && !caller.IsReviewer && version.PublishedBy != caller.UserId
            && !await publishers.ActsForAsync(version.Slug, caller.UserId, context.RequestAborted)))
        {
            throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"The registry has no '{slug}' in version '{number}'.");
        }

        return Results.Json(ScanShapes.Whole(version.Slug, version.Version, await reports.FindAsync(version.Slug, version.Version, context.RequestAborted)), BerthJson.Options);
    }

    private static async Task<IResult> StartAsync(HttpContext context, IScanRuns runs)
    {
        var body = await RequestBody.ReadAsync<StartBody>(context);
        if (body.Indicators is { Count: > MaxIndicators })
            throw Invalid($"More than {MaxIndicators} indicators; send them in several requests.");
        var indicators = (body.Indicators ?? []).Select(Indicator).ToList();
        if (Clean(body.Reason) is not { Length: <= 500 } reason)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "scan.reason", "Send 'reason', 1 to 500 characters: it stands beside whatever this scan holds.");
        if (QueryValues.Flag(context.Request, "dry_run"))
            return Results.Json(new { dry_run = true, total = await runs.CountAsync(context.RequestAborted), indicators = indicators.Count }, BerthJson.Options);
        var run = await runs.StartAsync(reason, indicators, context.Caller().ActorId, context.RequestAborted);
        return Results.Json(ScanShapes.Run(run), BerthJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IScanRuns runs) =>
        Results.Json(new { scans = (await runs.ListAsync(context.RequestAborted)).Select(ScanShapes.Run) }, BerthJson.Options);

    private static async Task<IResult> RunAsync(HttpContext context, string id, IScanRuns runs) =>
        id.Length == 32 && id.All(char.IsAsciiHexDigit) && await runs.FindAsync(id, context.RequestAborted) is { } run
            ? Results.Json(ScanShapes.Run(run), BerthJson.Options)
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "scan.unknown", "There is no such scan. GET /api/v1/scans lists them.");

    private static async Task<IResult> SearchAsync(HttpContext context, IScanRuns runs)
    {
        var body = await RequestBody.ReadAsync<SearchBody>(context);
        var indicator = Indicator(new IndicatorBody(body.Kind, body.Value, null, null));
        var page = await runs.SearchAsync(indicator, Cursor(body.Cursor), context.RequestAborted);
        return Results.Json(new
        {
            hits = page.Hits.Select(hit => new { hit.Slug, hit.Version, hit.State, hit.File, hit.Line, hit.Column }),
            page.Searched,
            next_cursor = page.NextCursor is null ? null : Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(page.NextCursor)),
        }, BerthJson.Options);
    }

    private static Indicator Indicator(IndicatorBody? body)
    {
        if (body?.Kind is null || !Enum.TryParse<IndicatorKind>(body.Kind, ignoreCase: true, out var kind) || !Enum.IsDefined(kind) || int.TryParse(body.Kind, out _))
            throw Invalid("'kind' is text, sha256, member or domain.");
        var severity = Severity.High;
        if (body.Severity is not null && (!Enum.TryParse(body.Severity, ignoreCase: true, out severity) || !Enum.IsDefined(severity) || int.TryParse(body.Severity, out _)))
            throw Invalid("'severity' is info, low, medium, high or critical.");
        var indicator = new Indicator(kind, body.Value ?? "", body.Name ?? $"{body.Kind} {body.Value?[..Math.Min(40, body.Value.Length)]}", severity);
        return indicator.IsValid && indicator.Name.Length is > 0 and <= 200 && !indicator.Value.Contains('\0', StringComparison.Ordinal) && !indicator.Name.Contains('\0', StringComparison.Ordinal)
            ? indicator
            : throw Invalid("'value' has 4 to 400 characters (64 hexadecimal digits for sha256), and 'name' at most 200.");
    }

    private static string? Cursor(string? cursor)
    {
        if (cursor is null)
            return null;
        var bytes = new byte[1024];
        return cursor.Length <= 1024 && Convert.TryFromBase64String(cursor, bytes, out var length) && System.Text.Encoding.UTF8.GetString(bytes, 0, length) is var text && text.Split('\n').Length == 2 && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", "'cursor' is not one that this route gave out.");
    }

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Replace("\0", "", StringComparison.Ordinal);

    private static ApiProblemException Invalid(string message) => new(StatusCodes.Status400BadRequest, "scan.indicator", message);

    private sealed record StartBody(string? Reason, IReadOnlyList<IndicatorBody?>? Indicators);

    private sealed record IndicatorBody(string? Kind, string? Value, string? Name, string? Severity);

    private sealed record SearchBody(string? Kind, string? Value, string? Cursor);
}
