using Berth.Registry.Publishers;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>Names that nobody may publish a new plugin under.</summary>
internal static class ReservedNamesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/reserved-names").WithTags("Publishers").WithBerthPolicies().NeedAdministrator().InCategory(RateCategory.Admin);
        group.MapGet("/", ListAsync).WithSummary("Reserved names");
        group.MapPost("/", ReserveAsync).WithSummary("Reserve a name");
        group.MapDelete("/{slug}", ReleaseAsync).WithSummary("Give a name free");
    }

    private static async Task<IResult> ListAsync(HttpContext context, IReservedNames names)
    {
        var limit = QueryValues.Limit(context.Request);
        var after = QueryValues.Text(context.Request, "cursor", maxLength: 64)?.Replace("\0", "", StringComparison.Ordinal);
        var page = await names.ListAsync(limit + 1, after, context.RequestAborted);
        var shown = page.Take(limit).ToList();
        var next = page.Count > limit ? shown[^1].Slug : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new { names = shown, next_cursor = next }, BerthJson.Options);
    }

    private static async Task<IResult> ReserveAsync(HttpContext context, IReservedNames names)
    {
        var body = await RequestBody.ReadAsync<ReserveBody>(context);
        var slug = PublisherAnswers.Text(body.Slug, "slug", 64);
        var reason = PublisherAnswers.Text(body.Reason, "reason", 500);
        if (!slug.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "'slug' is made of letters, digits, '.', '_' and '-'.");
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        return PublisherAnswers.Shown(
            await names.ReserveAsync(VersionAnswers.Actor(context), slug, reason, isDryRun, context.RequestAborted),
            _ => new { slug = slug.ToLowerInvariant(), reason, dry_run = isDryRun }, isDryRun ? 200 : StatusCodes.Status201Created);
    }

    private static async Task<IResult> ReleaseAsync(HttpContext context, IReservedNames names)
    {
        var slug = RouteValues.Slug(context);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        return PublisherAnswers.Shown(await names.ReleaseAsync(VersionAnswers.Actor(context), slug, isDryRun, context.RequestAborted), _ => new { slug, released = !isDryRun, dry_run = isDryRun });
    }

    private sealed record ReserveBody(string? Slug, string? Reason);
}
