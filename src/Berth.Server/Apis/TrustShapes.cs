using Berth.Registry.Trust;
using Berth.Registry.Trust.Requests;
using Berth.Registry.Trust.Violations;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>What requests about trust have in common: who asks, what they send, how a refusal is answered.</summary>
internal static class TrustShapes
{
    private const int MaxReason = 2000;
    private const int MaxEvidence = 16 * 1024;

    public static TrustActor Actor(HttpContext context)
    {
        // Who really asks counts, not for whom: nobody gets round the second pair of eyes by acting for somebody else.
        var caller = context.Caller();
        return new TrustActor(caller.ActorId, caller.IsAdministrator, caller.IsReviewer);
    }

    /// <summary>The actor of what only reviewers and administrators do; asked before anything else of the request is looked at.</summary>
    public static TrustActor Reviewer(HttpContext context)
    {
        var actor = Actor(context);
        return actor.MayDecide ? actor : throw new ApiProblemException(
            StatusCodes.Status403Forbidden, "auth.reviewer", "Only a reviewer or an administrator may do this: an account with the role 'reviewer' or 'admin', and a token without scopes or with 'admin'.");
    }

    public static string Reason(string? reason) => reason?.Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 and <= MaxReason } text ? text
        : throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.reason", "Send 'reason', 1 to 2,000 characters: a decision without one helps nobody later.");

    public static string Level(string? level) => level is not null && TrustLevels.All.Contains(level) ? level
        : throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.level", $"'level' is one of {string.Join(", ", TrustLevels.All)}.");

    public static System.Text.Json.JsonElement? Evidence(System.Text.Json.JsonElement? evidence) =>
        evidence is { } given && given.GetRawText().Length > MaxEvidence
            ? throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.evidence", "'evidence' is JSON of at most 16 KB. Link to what is larger.")
            : evidence;

    /// <summary>The route's id. What has not the form of one names nothing.</summary>
    public static string Id(HttpContext context) =>
        context.GetRouteValue("id") is string { Length: > 0 and <= 64 } id && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-') ? id : "";

    public static T Value<T>(TrustResult<T> result)
        where T : class =>
        result.IsDone ? result.Value : throw new ApiProblemException(
            result.Refusal.Kind switch
            {
                TrustRefusalKind.NotFound => StatusCodes.Status404NotFound,
                TrustRefusalKind.Forbidden => StatusCodes.Status403Forbidden,
                TrustRefusalKind.Conflict => StatusCodes.Status409Conflict,
                _ => StatusCodes.Status400BadRequest,
            },
            result.Refusal.Code, result.Refusal.Message);

    /// <summary>A violation as everybody sees it on the plugin's page.</summary>
    public static object Warning(TrustViolation violation) =>
        new { violation.Id, violation.Version, violation.Kind, violation.Severity, violation.Action, violation.Reason, violation.RecordedAt, violation.ExpiresAt };

    public static object Request(TrustRequest request, bool isDryRun = false) => new
    {
        request.Id,
        request.Slug,
        request.Level,
        request.Reason,
        request.Evidence,
        request.Source,
        request.State,
        request.RequestedBy,
        request.RequestedAt,
        request.DecidedBy,
        request.DecidedAt,
        request.Answer,
        dry_run = isDryRun,
    };
}
