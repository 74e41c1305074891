using System.Globalization;
using System.Text.Json;
using Berth.Lifecycle.Audit;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Who did what, for whom and how it ended. Read only: no route changes or removes an entry.</summary>
internal static class AuditApi
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/audit", ListAsync).WithTags("Audit").WithSummary("The audit, newest first: the caller's own entries, all for an administrator").WithBerthPolicies();

    private static async Task<IResult> ListAsync(HttpContext context, IAuditTrail audit)
    {
        var request = context.Request;
        var limit = QueryValues.Limit(request, preset: 100);
        var visible = EventsApi.VisibleTo(context.Caller());
        var user = QueryValues.Text(request, "user", maxLength: 32);
        if (visible is not null && user is not null && user != visible)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "auth.administrator", "Only an administrator may see the audit of somebody else.");
        var page = await audit.ListAsync(
            new AuditQuery(
                visible ?? user, QueryValues.Text(request, "actor", maxLength: 32), QueryValues.Text(request, "action", maxLength: 64),
                QueryValues.Text(request, "outcome", maxLength: 32), Time(request, "since"), Time(request, "until"),
                Number(request, "cursor"), Number(request, "after"), limit + 1),
            context.RequestAborted);
        var shown = page.Take(limit).ToList();
        var next = page.Count > limit ? shown[^1].Sequence.ToString(CultureInfo.InvariantCulture) : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new { entries = shown.Select(Shown), next_cursor = next }, BerthJson.Options);
    }

    private static object Shown(AuditEntry entry) => new
    {
        id = entry.Sequence,
        at = DateTimeOffset.FromUnixTimeMilliseconds(entry.At),
        entry.ActorId,
        entry.UserId,
        entry.Action,
        entry.Subject,
        entry.Outcome,
        detail = JsonSerializer.Deserialize<JsonElement>(entry.DetailJson),
        entry.RequestId,
    };

    private static long? Number(HttpRequest request, string name)
    {
        if (QueryValues.Text(request, name, maxLength: 20) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.cursor", $"'{name}' is not valid. Start again without it.");
    }

    private static DateTimeOffset? Time(HttpRequest request, string name)
    {
        if (QueryValues.Text(request, name, maxLength: 64) is not { } text)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'{name}' is an instant such as 2026-01-31T12:00:00Z.");
    }
}
