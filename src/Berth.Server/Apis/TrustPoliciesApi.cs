using System.Text.Json;
using Berth.Registry.Trust;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>What each trust level allows and asks for.</summary>
internal static class TrustPoliciesApi
{
    public static void MapTrustPolicies(this IEndpointRouteBuilder group)
    {
        group.MapGet("/trust/policies/{level}", GetAsync).WithSummary("The policy of a trust level; its 'auto_update' is stored and shown, and nothing acts on it");
        group.MapPut("/trust/policies/{level}", PutAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("Change members of a level's policy; in force at once");
    }

    private static async Task<IResult> GetAsync(HttpContext context, ITrustPolicyBook book) =>
        Results.Json(Shape(await FindAsync(context, book), context.Caller().IsReviewer), BerthJson.Options);

    private static async Task<IResult> PutAsync(HttpContext context, ITrustPolicyBook book)
    {
        var level = (await FindAsync(context, book)).Policy.Level;
        var body = await RequestBody.ReadAsync<PolicyBody>(context);
        var reason = TrustShapes.Reason(body.Reason);
        if (body.Policy is not { ValueKind: JsonValueKind.Object } changes)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.policy", "Send {\"policy\": {…}, \"reason\": \"…\"}: the members that change, as GET shows them.");
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var faults = await book.SetAsync(level, changes, TrustShapes.Actor(context).Id, reason, isDryRun, context.RequestAborted);
        if (faults.Count > 0)
        {
            throw new ApiProblemException(new ApiProblem(StatusCodes.Status422UnprocessableEntity, "trust.policy", faults.Count == 1 ? faults[0] : $"The policy cannot be in force for {faults.Count} reasons; all are listed.")
            {
                Errors = [.. faults.Select(fault => new ApiError("trust.policy", fault, Pointer: "/policy"))],
            });
        }

        return isDryRun
            ? Results.Json(new { level, dry_run = true }, BerthJson.Options)
            : Results.Json(Shape((await book.FindAsync(level, context.RequestAborted))!, isReviewer: true), BerthJson.Options);
    }

    private static async Task<TrustPolicyEntry> FindAsync(HttpContext context, ITrustPolicyBook book) =>
        await book.FindAsync(context.GetRouteValue("level") as string ?? "", context.RequestAborted)
        ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "trust.level_unknown", $"There is no such trust level. They are {string.Join(", ", TrustLevels.All)}.");

    private static object Shape(TrustPolicyEntry entry, bool isReviewer) => new
    {
        entry.Policy.Level,
        policy = entry.Shown,
        entry.IsDefault,
        entry.SetAt,
        set_by = isReviewer ? entry.SetBy : null,
        reason = isReviewer ? entry.Reason : null,
    };

    private sealed record PolicyBody(JsonElement? Policy, string? Reason);
}
