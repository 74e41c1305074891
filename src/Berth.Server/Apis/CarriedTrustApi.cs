using System.Text.Json;
using Berth.Registry.Mirroring;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>What a mirror says of where a package comes from, and of what was decided about it there.</summary>
internal static class CarriedTrustApi
{
    private const int MostSource = 300;
    private const int MostAccount = 200;
    // What a decision is based on, and the same of each registry that it has come through.
    private const int MostEvidence = 64 * 1024;

    public static void MapCarriedTrust(this IEndpointRouteBuilder group) =>
        group.MapPost("/plugins/{slug}/trust/carried", CarryAsync).NeedAdministrator().InCategory(RateCategory.Admin)
            .WithSummary("Take over another registry's decision on the trust of a plugin that was mirrored from there");

    /// <summary>Of a publish: <c>?carried_from=</c> and <c>?carried_level=</c>, when a mirror sends it.</summary>
    public static PackageOrigin? OriginOf(HttpRequest request) =>
        QueryValues.Text(request, "carried_from", MostSource) is not { } source ? null
        : new PackageOrigin(Source(source, "carried_from"), TrustShapes.Level(QueryValues.Text(request, "carried_level") ?? TrustLevels.Community));

    private static async Task<IResult> CarryAsync(HttpContext context, ICarriedTrust trust)
    {
        var plugin = await TrustApi.FindAsync(context);
        var body = await RequestBody.ReadAsync<CarriedBody>(context);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var level = TrustShapes.Level(body.Level);
        var there = new CarriedDecision(plugin.Slug, Source(body.Source, "source"), level, TrustShapes.Reason(body.Reason))
        {
            DecidedBy = body.DecidedBy is null ? null : Text(body.DecidedBy, "decided_by", MostAccount),
            DecidedAt = body.DecidedAt,
            Evidence = body.Evidence is { } evidence && evidence.GetRawText().Length > MostEvidence
                ? throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.evidence", "'evidence' of a carried decision is JSON of at most 64 KB. Leave out what is larger.")
                : body.Evidence,
            ExpiresAt = body.Expires,
        };
        var outcome = TrustShapes.Value(await trust.CarryAsync(there, TrustShapes.Actor(context), isDryRun, context.RequestAborted));
        return Results.Json(new { outcome.Slug, outcome.Level, outcome.Previous, outcome.Outcome, outcome.ExpiresAt, dry_run = isDryRun }, BerthJson.Options);
    }

    private static string Source(string? source, string name) => Text(source, name, MostSource);

    private static string Text(string? text, string name, int most) => text is { Length: > 0 } && text.Length <= most && !text.Any(char.IsControl) ? text
        : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", $"'{name}' has 1 to {most} characters and no control characters.");

    private sealed record CarriedBody(
        string? Source, string? Level, string? Reason, string? DecidedBy, DateTimeOffset? DecidedAt, JsonElement? Evidence, DateTimeOffset? Expires);
}
