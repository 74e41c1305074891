using System.Text.Json;
using Berth.Packaging.Enforcement;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Assessment;
using Berth.Registry.Trust.Quarantines;
using Berth.Registry.Trust.Violations;
using Berth.Server.Auth;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>Trust of plugins: levels, decisions, violations. Requests, quarantines and policies have files of their own.</summary>
internal static class TrustApi
{
    private static readonly string[] Severities = ["low", "medium", "high", "critical"];

    public static void MapTrust(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Trust").WithBerthPolicies();
        group.MapGet("/trust/levels", () => Results.Json(new { levels = TrustLevels.All }, BerthJson.Options)).WithSummary("The trust levels, most trusted first");
        group.MapGet("/trust/capabilities", Capabilities).WithSummary("The capabilities a plugin may declare");
        group.MapGet("/plugins/{slug}/trust", TrustAsync).WithSummary("The trust level in force, who decided it, and the assessment with each of its terms");
        group.MapPut("/plugins/{slug}/trust", DecideAsync).NeedAdministrator().InCategory(RateCategory.Admin).WithSummary("Decide on a plugin's trust level");
        group.MapGet("/plugins/{slug}/trust/history", HistoryAsync).WithSummary("All decisions on a plugin's trust, newest first");
        group.MapGet("/plugins/{slug}/trust/violations", ViolationsAsync).WithSummary("What the plugin violated, newest first");
        group.MapPost("/plugins/{slug}/trust/violations", RecordAsync).NeedScope(TokenScopes.Admin).InCategory(RateCategory.Admin).WithSummary("Record a violation and what is done about it");
        group.MapDelete("/trust/violations/{id}", LiftAsync).NeedScope(TokenScopes.Admin).InCategory(RateCategory.Admin).WithSummary("Take a violation back, with what it led to");
        group.MapCarriedTrust();
        group.MapTrustPolicies();
        group.MapTrustRequests();
        group.MapQuarantines();
    }

    /// <summary>The plugin, when the caller may see it: what has no visible version is its publisher's and the reviewers' business.</summary>
    internal static async Task<TrustStanding> FindAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var slug = RouteValues.Slug(context);
        var standing = await services.GetRequiredService<ITrustDecisions>().StandingAsync(slug, context.RequestAborted);
        var caller = context.Caller();
        var plugin = standing is not null && caller.IsReviewer ? null : await services.GetRequiredService<ICatalog>().FindAsync(slug, context.RequestAborted);
        if (standing is null && plugin is not null)
        {
            throw new ApiProblemException(
                HttpMethods.IsGet(context.Request.Method) ? StatusCodes.Status404NotFound : StatusCodes.Status409Conflict, "trust.upstream",
                $"'{plugin.Slug}' is not published here: it and its trust level ('{plugin.TrustLevel}') come from the registry behind this one, whose reviewers decide. "
                + "To stop it here, quarantine it (POST /api/v1/trust/quarantines with the kind 'plugin'); to decide here, publish it here.");
        }

        return standing is not null
            && (caller.IsReviewer || plugin is not null || await services.GetRequiredService<IPublishers>().ActsForAsync(standing.Slug, caller.UserId, context.RequestAborted))
            ? standing
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");
    }

    private static async Task<IResult> TrustAsync(
        HttpContext context, ITrustDecisions trust, ITrustAssessment assessment, ITrustViolations violations, IQuarantines quarantines)
    {
        var plugin = await FindAsync(context);
        var held = await quarantines.OfPluginAsync(plugin.Slug, context.RequestAborted);
        return Results.Json(new
        {
            plugin.Slug,
            plugin.Level,
            plugin.Decided,
            plugin.ChangesAt,
            plugin.QuarantinedVersions,
            assessment = await assessment.AssessAsync(plugin.Slug, context.RequestAborted),
            violations = (await violations.OfPluginAsync(plugin.Slug, context.RequestAborted)).Where(one => one.LiftedAt is null).Select(TrustShapes.Warning),
            quarantines = held.Select(one => new { one.Id, one.Kind, one.Subject, one.Reason, one.SetAt, one.ExpiresAt }),
            decisions = await trust.HistoryAsync(plugin.Slug, context.RequestAborted),
        }, BerthJson.Options);
    }

    private static async Task<IResult> DecideAsync(HttpContext context, ITrustDecisions trust)
    {
        var plugin = await FindAsync(context);
        var body = await RequestBody.ReadAsync<DecisionBody>(context);
        var draft = new TrustDraft(plugin.Slug, TrustShapes.Level(body.Level), TrustShapes.Reason(body.Reason))
        {
            Evidence = TrustShapes.Evidence(body.Evidence),
            ExpiresAt = body.Expires,
            IsDryRun = QueryValues.Flag(context.Request, "dry_run"),
        };
        var decision = TrustShapes.Value(await trust.DecideAsync(draft, TrustShapes.Actor(context), context.RequestAborted));
        return Results.Json(new { decision.Slug, decision.Level, previous = plugin.Level, decision.ExpiresAt, dry_run = draft.IsDryRun }, BerthJson.Options);
    }

    private static async Task<IResult> HistoryAsync(HttpContext context, ITrustDecisions trust)
    {
        var plugin = await FindAsync(context);
        return Results.Json(new { plugin.Slug, plugin.Level, decisions = await trust.HistoryAsync(plugin.Slug, context.RequestAborted) }, BerthJson.Options);
    }

    private static async Task<IResult> ViolationsAsync(HttpContext context, ITrustViolations violations)
    {
        var plugin = await FindAsync(context);
        return Results.Json(new { plugin.Slug, violations = await violations.OfPluginAsync(plugin.Slug, context.RequestAborted) }, BerthJson.Options);
    }

    private static async Task<IResult> RecordAsync(HttpContext context, ITrustViolations violations)
    {
        var actor = TrustShapes.Reviewer(context);
        var plugin = await FindAsync(context);
        var body = await RequestBody.ReadAsync<ViolationBody>(context);
        if (body.Kind?.Trim() is not { Length: > 0 and <= 64 } kind || kind.Any(char.IsControl))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.kind", "'kind' says in 1 to 64 characters what was violated, for example 'malware' or 'undeclared-network'.");
        if (body.Severity is null || !Severities.Contains(body.Severity))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.severity", $"'severity' is one of {string.Join(", ", Severities)}.");
        if (body.Action is null || !ViolationActions.All.Contains(body.Action))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.action", $"'action' is one of {string.Join(", ", ViolationActions.All)}.");
        var draft = new TrustViolationDraft(plugin.Slug, kind, body.Severity, body.Action, TrustShapes.Reason(body.Reason))
        {
            Version = body.Version?.Replace("\0", "", StringComparison.Ordinal),
            Level = body.Level is null ? null : TrustShapes.Level(body.Level),
            Evidence = TrustShapes.Evidence(body.Evidence),
            ExpiresAt = body.Expires,
            IsDryRun = QueryValues.Flag(context.Request, "dry_run"),
        };
        var recorded = TrustShapes.Value(await violations.RecordAsync(draft, actor, context.RequestAborted));
        return Results.Json(recorded, BerthJson.Options, statusCode: draft.IsDryRun ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task<IResult> LiftAsync(HttpContext context, ITrustViolations violations)
    {
        var actor = TrustShapes.Reviewer(context);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var lifted = await violations.LiftAsync(TrustShapes.Id(context), LiftReason(context), actor, isDryRun, context.RequestAborted);
        return Results.Json(TrustShapes.Value(lifted), BerthJson.Options);
    }

    /// <summary>Why something is lifted: <c>?reason=</c>, because many clients send no body with a DELETE.</summary>
    internal static string LiftReason(HttpContext context) => TrustShapes.Reason(QueryValues.Text(context.Request, "reason", maxLength: 2000));

    private static IResult Capabilities() => Results.Json(new
    {
        capabilities = CapabilityCatalogue.All.Select(entry => new
        {
            entry.Capability.Name,
            risk = entry.Capability.Risk.ToString().ToLowerInvariant(),
            entry.Capability.Description,
            entry.Gives,
            enforcement = entry.Levels.Select(level => new { level.Level, by = level.Words, level.Note }),
        }),
    }, BerthJson.Options);

    private sealed record DecisionBody(string? Level, string? Reason, JsonElement? Evidence, DateTimeOffset? Expires);

    private sealed record ViolationBody(
        string? Kind, string? Severity, string? Action, string? Reason, string? Version, string? Level, JsonElement? Evidence, DateTimeOffset? Expires);
}
