using Berth.Registry.Advisories;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;
using Microsoft.AspNetCore.Http.Features;

namespace Berth.Server.Apis;

/// <summary>What is known against packages of npm and NuGet: imported by administrators, compared with what is published.</summary>
internal static class AdvisoriesApi
{
    private const long MaxBytes = 2L * 1024 * 1024 * 1024;

    public static void MapAdvisories(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/advisories").WithTags("Scanning").WithBerthPolicies();
        group.MapPost("/", ImportAsync).NeedAdministrator().NeverKeepAnswer().InCategory(RateCategory.Admin).WithSummary("Import advisories: OSV as JSON, a JSON array, or a ZIP of files");
        group.MapGet("/", ListAsync).WithSummary("Imported advisories, by id; package= for those about one");
        group.MapGet("/affected", AffectedAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("Published versions that advisories name");
    }

    private static async Task<IResult> ImportAsync(HttpContext context, IAdvisories advisories)
    {
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = MaxBytes;
        // A ZIP is read from its end, so it has to lie somewhere; the file is gone with the handle.
        await using var staged = new FileStream(
            Path.Combine(Path.GetTempPath(), $"berth-advisories-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await context.Request.Body.CopyToAsync(staged, context.RequestAborted);
        if (staged.Length == 0)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.body_missing", "Send advisories in the OSV format: JSON, a JSON array, or a ZIP of such files.");
        staged.Position = 0;
        try
        {
            var result = await advisories.ImportAsync(staged, context.Caller().ActorId, isDryRun, context.RequestAborted);
            if (result is { Imported: 0, Unchanged: 0, OtherEcosystems: 0 })
                throw new InvalidDataException($"None of the {result.Unreadable} documents is an advisory.");
            return Results.Json(new { dry_run = isDryRun, result.Imported, result.Unchanged, result.OtherEcosystems, result.Unreadable, result.Affected, result.Scans }, BerthJson.Options);
        }
        catch (InvalidDataException exception)
        {
            throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, "advisory.content", $"{exception.Message} Send advisories in the OSV format.");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IAdvisories advisories)
    {
        var (limit, after) = (QueryValues.Limit(context.Request), Cursor(context));
        var found = await advisories.ListAsync(Clean(QueryValues.Text(context.Request, "package", maxLength: 300)), after, limit + 1, context.RequestAborted);
        var cursor = found.Count > limit ? Encoded(found[limit - 1].Id) : null;
        QueryValues.LinkNext(context, cursor);
        return Results.Json(new { advisories = found.Take(limit).Select(advisory => new { advisory.Id, advisory.Modified, advisory.Withdrawn, advisory.Severity, advisory.Summary }), next_cursor = cursor }, BerthJson.Options);
    }

    private static async Task<IResult> AffectedAsync(HttpContext context, IAdvisories advisories)
    {
        var limit = QueryValues.Limit(context.Request);
        var found = await advisories.AffectedAsync(Cursor(context), limit + 1, context.RequestAborted);
        var cursor = found.Count > limit ? Encoded(found[limit - 1].Key) : null;
        QueryValues.LinkNext(context, cursor);
        return Results.Json(new { affected = found.Take(limit).Select(ScanShapes.Affected), next_cursor = cursor }, BerthJson.Options);
    }

    private static string Encoded(string key) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(key));

    private static string? Cursor(HttpContext context)
    {
        if (QueryValues.Text(context.Request, "cursor", maxLength: 2048) is not { } cursor)
            return null;
        var bytes = new byte[2048];
        return Convert.TryFromBase64String(cursor, bytes, out var length) && System.Text.Encoding.UTF8.GetString(bytes, 0, length) is var text && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", "'cursor' is not one that this route gave out.");
    }

    private static string? Clean(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);
}
