using Berth.Registry.Catalog;
using Berth.Registry.Versions;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Yank, unyank, deprecate and delete published versions.</summary>
internal static class VersionStatesApi
{
    private const int MaxReason = 1000;

    public static void MapVersionStates(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/plugins/{slug}").WithTags("Versions").WithBerthPolicies();
        group.MapPost("/{version}/yank", YankAsync).NeedScope(TokenScopes.Publish).WithSummary("Stop offering a version; who has it keeps it");
        group.MapPost("/{version}/unyank", UnyankAsync).NeedScope(TokenScopes.Publish).WithSummary("Offer a yanked version again");
        group.MapPost("/{version}/deprecate", DeprecateOneAsync).NeedScope(TokenScopes.Publish).WithSummary("Warn of a version, or take the warning back with an empty message");
        group.MapPost("/deprecate", DeprecateAllAsync).NeedScope(TokenScopes.Publish).WithSummary("Warn of all versions of a plugin");
        group.MapDelete("/{version}", DeleteAsync).NeedScope(TokenScopes.Publish).WithSummary("Delete a version within 72 hours, if nobody has it and nothing needs it");
    }

    private static async Task<IResult> YankAsync(HttpContext context, IVersionStates states, ICatalog catalog)
    {
        var body = await RequestBody.ReadAsync<ReasonBody>(context);
        var (slug, version) = (RouteValues.Slug(context), RouteValues.Version(context));
        if (Reason(body.Reason) is not { } reason)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "version.reason", $"Send 'reason', 1 to {MaxReason} characters: it is what users of the version will read.");
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        return await ShownAsync(context, catalog, await states.YankAsync(VersionAnswers.Actor(context), slug, version, reason, isDryRun, context.RequestAborted), isDryRun);
    }

    private static async Task<IResult> UnyankAsync(HttpContext context, IVersionStates states, ICatalog catalog)
    {
        var (slug, version, isDryRun) = (RouteValues.Slug(context), RouteValues.Version(context), QueryValues.Flag(context.Request, "dry_run"));
        return await ShownAsync(context, catalog, await states.UnyankAsync(VersionAnswers.Actor(context), slug, version, isDryRun, context.RequestAborted), isDryRun);
    }

    private static Task<IResult> DeprecateOneAsync(HttpContext context, IVersionStates states, ICatalog catalog) =>
        DeprecateAsync(context, states, catalog, RouteValues.Version(context));

    private static Task<IResult> DeprecateAllAsync(HttpContext context, IVersionStates states, ICatalog catalog) =>
        DeprecateAsync(context, states, catalog, version: null);

    private static async Task<IResult> DeprecateAsync(HttpContext context, IVersionStates states, ICatalog catalog, string? version)
    {
        var slug = RouteValues.Slug(context);
        var body = await RequestBody.ReadAsync<DeprecationBody>(context);
        if (body.Message is null)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "version.deprecation", "Send 'message', what to tell users; an empty one takes the warning back.");
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var outcome = await states.DeprecateAsync(
            VersionAnswers.Actor(context), slug, version, body.Message, Text(body.Successor), Text(body.SuccessorVersion), isDryRun, context.RequestAborted);
        return await ShownAsync(context, catalog, outcome, isDryRun);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, IVersionStates states, ICatalog catalog)
    {
        var (slug, version) = (RouteValues.Slug(context), RouteValues.Version(context));
        var reason = QueryValues.Text(context.Request, "reason", MaxReason);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var outcome = await states.DeleteAsync(
            VersionAnswers.Actor(context), slug, version, reason, QueryValues.Flag(context.Request, "force"), isDryRun, context.RequestAborted);
        return outcome is VersionOutcome.Done done
            ? Results.Json(new { done.Slug, done.Version, deleted = !isDryRun, dry_run = isDryRun }, BerthJson.Options)
            : await ShownAsync(context, catalog, outcome, isDryRun);
    }

    private static async Task<IResult> ShownAsync(HttpContext context, ICatalog catalog, VersionOutcome outcome, bool isDryRun)
    {
        switch (outcome)
        {
            case VersionOutcome.Done done when isDryRun:
                return Results.Json(new { done.Slug, version = done.Version.Length == 0 ? null : done.Version, done.Changed, dry_run = true }, BerthJson.Options);
            case VersionOutcome.Done done:
                var plugin = await catalog.FindAsync(done.Slug, context.RequestAborted) ?? throw VersionAnswers.UnknownPlugin(done.Slug);
                return done.Version.Length == 0
                    ? Results.Json(new { plugin.Slug, done.Changed, versions = plugin.Versions.Select(version => RegistryShapes.Version(version, 0)) }, BerthJson.Options)
                    : Results.Json(RegistryShapes.Version(plugin.Versions.First(version => version.Version == done.Version), 0), BerthJson.Options);
            case VersionOutcome.UnknownPlugin:
                throw VersionAnswers.UnknownPlugin(RouteValues.Slug(context));
            case VersionOutcome.UnknownVersion none:
                throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"'{none.Slug}' has no version '{RouteValues.Version(context)}'.");
            case VersionOutcome.Gone gone:
                return new ProblemResult(VersionAnswers.Deleted(gone.Tombstone, StatusCodes.Status410Gone));
            case VersionOutcome.NotPermitted no:
                throw VersionAnswers.NotPermitted(no.Slug);
            case VersionOutcome.Refused refused:
                var status = refused.Reasons is [{ Code: "version.deprecation" }] ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status409Conflict;
                return new ProblemResult(VersionAnswers.Refused(status, "version.delete.refused", "The version cannot be deleted", refused.Reasons));
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}.");
        }
    }

    private static string? Reason(string? text) => Text(text) is { Length: <= MaxReason } reason ? reason : null;

    private static string? Text(string? text) =>
        text?.Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 } clean ? clean : null;

    private sealed record ReasonBody(string? Reason);

    private sealed record DeprecationBody(string? Message, string? Successor, string? SuccessorVersion);
}
