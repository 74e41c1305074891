using System.Text.Json;
using Berth.Registry.Trust.Requests;
using Berth.Server.Auth;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>Requests of publishers for another trust level, and the answers of somebody else.</summary>
internal static class TrustRequestsApi
{
    private static readonly string[] States = ["open", "approved", "rejected"];

    public static void MapTrustRequests(this IEndpointRouteBuilder group)
    {
        group.MapPost("/plugins/{slug}/trust/requests", MakeAsync).NeedScope(TokenScopes.Publish).WithSummary("Ask for another trust level of a plugin of yours");
        group.MapGet("/trust/requests", ListAsync).WithSummary("Requests, longest waiting first: reviewers see all, others their own");
        group.MapPost("/trust/requests/{id}/approve", ApproveAsync).NeedScope(TokenScopes.Admin).InCategory(RateCategory.Admin).WithSummary("Grant a request that is not yours for a plugin that is not yours");
        group.MapPost("/trust/requests/{id}/reject", RejectAsync).NeedScope(TokenScopes.Admin).InCategory(RateCategory.Admin).WithSummary("Refuse a request");
    }

    private static async Task<IResult> MakeAsync(HttpContext context, ITrustRequests requests)
    {
        var plugin = await TrustApi.FindAsync(context);
        var body = await RequestBody.ReadAsync<RequestedBody>(context);
        var draft = new TrustRequestDraft(plugin.Slug, TrustShapes.Level(body.Level), TrustShapes.Reason(body.Reason))
        {
            Evidence = TrustShapes.Evidence(body.Evidence),
            IsDryRun = QueryValues.Flag(context.Request, "dry_run"),
        };
        var made = TrustShapes.Value(await requests.MakeAsync(draft, TrustShapes.Actor(context), context.RequestAborted));
        return Results.Json(TrustShapes.Request(made, draft.IsDryRun), BerthJson.Options, statusCode: draft.IsDryRun ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ITrustRequests requests)
    {
        var state = QueryValues.Text(context.Request, "state");
        if (state is not null && !States.Contains(state))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'state' is one of {string.Join(", ", States)}.");
        var limit = QueryValues.Limit(context.Request);
        var after = QueryValues.Text(context.Request, "cursor", maxLength: 64);
        if (after is not null && !after.All(char.IsAsciiHexDigit))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.cursor", "'cursor' is not one that this list gave. Begin again without it.");
        var caller = context.Caller();
        var found = await requests.ListAsync(state, caller.IsReviewer ? null : caller.UserId, after, limit + 1, context.RequestAborted);
        var next = found.Count > limit ? found[limit - 1].Id : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new { requests = found.Take(limit).Select(request => TrustShapes.Request(request)), next_cursor = next }, BerthJson.Options);
    }

    private static async Task<IResult> ApproveAsync(HttpContext context, ITrustRequests requests)
    {
        var actor = TrustShapes.Reviewer(context);
        var body = await RequestBody.ReadAsync<AnswerBody>(context);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var answered = await requests.ApproveAsync(TrustShapes.Id(context), TrustShapes.Reason(body.Reason), body.Expires, actor, isDryRun, context.RequestAborted);
        return Results.Json(TrustShapes.Request(TrustShapes.Value(answered), isDryRun), BerthJson.Options);
    }

    private static async Task<IResult> RejectAsync(HttpContext context, ITrustRequests requests)
    {
        var actor = TrustShapes.Reviewer(context);
        var body = await RequestBody.ReadAsync<AnswerBody>(context);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var answered = await requests.RejectAsync(TrustShapes.Id(context), TrustShapes.Reason(body.Reason), actor, isDryRun, context.RequestAborted);
        return Results.Json(TrustShapes.Request(TrustShapes.Value(answered), isDryRun), BerthJson.Options);
    }

    private sealed record RequestedBody(string? Level, string? Reason, JsonElement? Evidence);

    private sealed record AnswerBody(string? Reason, DateTimeOffset? Expires);
}
