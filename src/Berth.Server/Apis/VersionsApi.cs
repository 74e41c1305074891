using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Versions;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>What is in the shared store and who uses it, for administrators; and for everybody whether a version would fit.</summary>
internal static class VersionsApi
{
    public static void MapVersions(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var system = routes.MapGroup(prefix + "/system/versions").WithTags("System").WithBerthPolicies().NeedAdministrator();
            system.MapGet("/", ListAsync).WithSummary("Versions in the store and in use, with their users and sizes");
            system.MapGet("/{slug}/{version}", FindAsync).WithSummary("One version with its files");
            system.MapDelete("/{slug}/{version}", RemoveAsync).WithSummary("Remove a version from the store that nothing refers to, before its retention is over");
            system.MapGet("/{slug}/{version}/users", UsersAsync).WithSummary("Who has a version in force or in the rollback slot");
            var group = routes.MapGroup(prefix).WithTags("Installations").WithBerthPolicies().WithMetadata(new CompatibleErrors());
            group.MapGet("/{slug}/compatibility", CheckAsync).WithSummary("Whether a version fits the host and the caller's other plugins");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IStoredVersions versions)
    {
        var list = await versions.ListAsync(context.RequestAborted);
        return Results.Json(new
        {
            versions = list.Select(Shown),
            distribution = list.Where(use => use.Users > 0).GroupBy(use => use.Slug, StringComparer.Ordinal)
                .ToDictionary(plugin => plugin.Key, plugin => plugin.ToDictionary(use => use.Version, use => use.Users)),
            total_count = list.Count,
            total_bytes = list.Sum(use => use.Bytes),
        }, BerthJson.Options);
    }

    private static async Task<IResult> FindAsync(HttpContext context, IStoredVersions versions)
    {
        var (slug, version) = (RouteValues.Slug(context), RouteValues.Version(context));
        return await versions.FindAsync(slug, version, context.RequestAborted) is { } found
            ? Results.Json(new { version = Shown(found.Use), files = found.FileList }, BerthJson.Options)
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"{slug} {version} is neither in the store nor in use.");
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, IStoredVersions versions, ICleanup cleanup)
    {
        var (slug, version) = (RouteValues.Slug(context), RouteValues.Version(context));
        if (await versions.FindAsync(slug, version, context.RequestAborted) is not { Use.InStore: true } found)
            throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"{slug} {version} is not in the store.");
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        return await cleanup.RemoveAsync(found.Use.Slug, found.Use.Version, isDryRun, context.RequestAborted) is { } bytes
            ? Results.Json(new { dry_run = isDryRun, bytes_freed = bytes }, BerthJson.Options)
            : throw new ApiProblemException(StatusCodes.Status409Conflict, "version.in_use",
                $"{slug} {version} stays: an installation, a rollback slot, a pin, an operation or a request refers to it.");
    }

    private static async Task<IResult> UsersAsync(HttpContext context, IStoredVersions versions)
    {
        var (slug, version) = (RouteValues.Slug(context), RouteValues.Version(context));
        if (await versions.FindAsync(slug, version, context.RequestAborted) is null)
            throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"{slug} {version} is neither in the store nor in use.");
        var page = await versions.UsersAsync(
            slug, version, QueryValues.Limit(context.Request, preset: 100), QueryValues.Text(context.Request, "cursor", maxLength: 256), context.RequestAborted);
        QueryValues.LinkNext(context, page.NextCursor);
        return Results.Json(new { users = page.Users, next_cursor = page.NextCursor }, BerthJson.Options);
    }

    private static async Task<IResult> CheckAsync(HttpContext context, IStoredVersions versions)
    {
        var found = await versions.CheckAsync(
            context.Caller().ForOperations(context), RouteValues.Slug(context), QueryValues.Text(context.Request, "version", maxLength: 256), context.RequestAborted);
        if (found.Reasons.FirstOrDefault(reason => reason.Code is "plugin.unknown") is { } unknown)
            throw new ApiProblemException(StatusCodes.Status404NotFound, unknown.Code, unknown.Message);
        return Results.Json(new
        {
            status = "success",
            data = new { plugin_slug = found.Slug, found.Version, found.Compatible, reasons = found.Reasons, checked_against = found.CheckedAgainst },
        }, BerthJson.Options);
    }

    private static object Shown(VersionUse use) => new
    {
        plugin_slug = use.Slug,
        use.Version,
        use.InStore,
        use.Digest,
        use.TrustLevel,
        use.Bytes,
        use.Files,
        use.StagedAt,
        use.ReferencedAt,
        use.Users,
        use.RollbackSlots,
        use.UpdateTo,
    };
}
