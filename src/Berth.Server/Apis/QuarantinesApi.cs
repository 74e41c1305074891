using Berth.Registry.Trust.Quarantines;
using Berth.Server.Auth;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>Quarantines of the registry. Hosts that run apart read the list every few seconds, so it is cheap and has an entity tag.</summary>
internal static class QuarantinesApi
{
    public static void MapQuarantines(this IEndpointRouteBuilder group)
    {
        group.MapGet("/trust/quarantines", ListAsync).WithSummary("What is stopped, with restrictions and policies: all that a host has to know");
        group.MapPost("/trust/quarantines", SetAsync).NeedScope(TokenScopes.Admin).InCategory(RateCategory.Admin).WithSummary("Stop a version, a plugin, a publisher or a file");
        group.MapDelete("/trust/quarantines/{id}", LiftAsync).NeedScope(TokenScopes.Admin).InCategory(RateCategory.Admin).WithSummary("Lift a quarantine");
    }

    private static async Task<IResult> ListAsync(HttpContext context, IQuarantines quarantines)
    {
        var statement = await quarantines.StatementAsync(context.RequestAborted);
        context.Response.Headers.ETag = statement.ETag;
        context.Response.Headers.CacheControl = "private, no-cache";
        var known = context.Request.Headers.IfNoneMatch.ToString();
        return known.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == statement.ETag || tag == "*" || tag == "W/" + statement.ETag)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(statement.Json, "application/json; charset=utf-8");
    }

    private static async Task<IResult> SetAsync(HttpContext context, IQuarantines quarantines)
    {
        var actor = TrustShapes.Reviewer(context);
        var body = await RequestBody.ReadAsync<QuarantineBody>(context);
        if (body.Kind is null || !QuarantineKinds.All.Contains(body.Kind))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.kind", $"'kind' is one of {string.Join(", ", QuarantineKinds.All)}.");
        var draft = new QuarantineDraft(body.Kind, body.Subject ?? "", TrustShapes.Reason(body.Reason))
        {
            ExpiresAt = body.Expires,
            IsDryRun = QueryValues.Flag(context.Request, "dry_run"),
        };
        var set = TrustShapes.Value(await quarantines.SetAsync(draft, actor, context.RequestAborted));
        return Results.Json(Shape(set, draft.IsDryRun), BerthJson.Options, statusCode: draft.IsDryRun ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task<IResult> LiftAsync(HttpContext context, IQuarantines quarantines)
    {
        var actor = TrustShapes.Reviewer(context);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var lifted = TrustShapes.Value(await quarantines.LiftAsync(TrustShapes.Id(context), TrustApi.LiftReason(context), actor, isDryRun, context.RequestAborted));
        return Results.Json(Shape(lifted, isDryRun), BerthJson.Options);
    }

    private static object Shape(QuarantineRecord record, bool isDryRun) => new
    {
        record.Id,
        record.Kind,
        record.Subject,
        record.Reason,
        record.SetBy,
        record.SetAt,
        record.ExpiresAt,
        record.LiftedBy,
        record.LiftedAt,
        record.Plugins,
        dry_run = isDryRun,
    };

    private sealed record QuarantineBody(string? Kind, string? Subject, string? Reason, DateTimeOffset? Expires);
}
