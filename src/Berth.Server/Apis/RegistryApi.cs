using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using Berth.Server.Configuration;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>What has been published: the service index, search, plugins, versions and trust.</summary>
internal static class RegistryApi
{
    public static void MapRegistryCatalog(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Registry").WithBerthPolicies();
        group.MapGet("/", Index).AllowAnonymousCallers().WithSummary("What this registry offers");
        group.MapGet("/plugins", SearchAsync).WithSummary("Published plugins, best match first");
        group.MapGet("/plugins/search", SearchAsync).WithSummary("Published plugins, best match first");
        group.MapGet("/plugins/{slug}", PluginAsync).WithSummary("One plugin with its newest version");
        group.MapGet("/plugins/{slug}/versions", VersionsAsync).WithSummary("All versions, newest first");
        group.MapGet("/plugins/{slug}/{version}", VersionAsync).WithSummary("One version");
        group.MapGet("/plugins/{slug}/trust", TrustAsync).WithSummary("The trust level in force and who decided it");
        group.MapPut("/plugins/{slug}/trust", DecideAsync).NeedAdministrator().WithSummary("Decide on a plugin's trust level");
        group.MapGet("/trust/levels", () => Results.Json(new { levels = TrustLevels.All }, BerthJson.Options)).WithSummary("The trust levels, most trusted first");
        group.MapGet("/trust/capabilities", Capabilities).WithSummary("The capabilities a plugin may declare");
    }

    private static IResult Index(PackageLimits limits) => Results.Json(new
    {
        kind = "registry",
        name = "berth",
        version = BerthVersion.Text,
        plugins = "/api/v1/plugins",
        search = "/api/v1/plugins/search",
        publish = "/api/v1/plugins/{slug}/{version}",
        validate = "/api/v1/validate",
        manifest_schema = "/schemas/plugin.v1.json",
        openapi = "/openapi/v1.json",
        limits = new { package_bytes = limits.MaxPackageBytes, unpacked_bytes = limits.MaxUnpackedBytes, entries = limits.MaxEntries, ratio = limits.MaxRatio, manifest_bytes = limits.MaxManifestBytes },
        keys = Array.Empty<object>(),
    }, BerthJson.Options);

    private static async Task<IResult> SearchAsync(HttpContext context, ICatalog catalog)
    {
        var request = context.Request;
        var query = new CatalogQuery(
            QueryValues.Text(request, "q") ?? "", QueryValues.Text(request, "category"), QueryValues.Text(request, "trust"),
            QueryValues.Limit(request), QueryValues.Text(request, "cursor", maxLength: 2048));
        var page = await catalog.SearchAsync(query, context.RequestAborted);
        var plugins = new List<object>(page.Plugins.Count);
        foreach (var plugin in page.Plugins)
            plugins.Add(RegistryShapes.Summary(plugin, (await catalog.DownloadsAsync(plugin.Slug, context.RequestAborted)).Values.Sum()));
        QueryValues.LinkNext(context, page.NextCursor);
        return Results.Json(new { plugins, page.TotalCount, page.NextCursor }, BerthJson.Options);
    }

    private static async Task<IResult> PluginAsync(HttpContext context, ICatalog catalog)
    {
        var plugin = await FindAsync(context, catalog);
        var newest = plugin.Newest ?? plugin.Versions[0];
        var downloads = await catalog.DownloadsAsync(plugin.Slug, context.RequestAborted);
        var texts = await catalog.FindTextsAsync(plugin.Slug, newest.Version, context.RequestAborted);
        return Results.Json(new
        {
            plugin.Slug,
            plugin.OwnerId,
            plugin.TrustLevel,
            plugin.CreatedAt,
            latest_version = newest.Version,
            downloads = downloads.Values.Sum(),
            versions = plugin.Versions.Select(version => version.Version),
            latest = RegistryShapes.Version(newest, downloads.GetValueOrDefault(newest.Version), texts, Before(plugin, newest)),
        }, BerthJson.Options);
    }

    private static async Task<IResult> VersionsAsync(HttpContext context, ICatalog catalog)
    {
        var plugin = await FindAsync(context, catalog);
        var downloads = await catalog.DownloadsAsync(plugin.Slug, context.RequestAborted);
        return Results.Json(new
        {
            plugin.Slug,
            versions = plugin.Versions.Select(version => RegistryShapes.Version(version, downloads.GetValueOrDefault(version.Version))),
        }, BerthJson.Options);
    }

    private static async Task<IResult> VersionAsync(HttpContext context, ICatalog catalog)
    {
        var plugin = await FindAsync(context, catalog);
        var number = RouteValues.Version(context);
        var version = plugin.Versions.FirstOrDefault(version => version.Version == number)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"'{plugin.Slug}' has no version '{number}'.");
        var downloads = await catalog.DownloadsAsync(plugin.Slug, context.RequestAborted);
        var texts = await catalog.FindTextsAsync(plugin.Slug, version.Version, context.RequestAborted);
        return Results.Json(RegistryShapes.Version(version, downloads.GetValueOrDefault(version.Version), texts, Before(plugin, version)), BerthJson.Options);
    }

    private static async Task<IResult> TrustAsync(HttpContext context, ICatalog catalog, ITrustDecisions trust)
    {
        var plugin = await FindAsync(context, catalog);
        return Results.Json(new
        {
            plugin.Slug,
            level = plugin.TrustLevel,
            decisions = await trust.HistoryAsync(plugin.Slug, context.RequestAborted),
        }, BerthJson.Options);
    }

    private static async Task<IResult> DecideAsync(HttpContext context, ICatalog catalog, ITrustDecisions trust)
    {
        var plugin = await FindAsync(context, catalog);
        var body = await RequestBody.ReadAsync<Decision>(context);
        if (body.Level is null || !TrustLevels.All.Contains(body.Level))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.level", $"'level' is one of {string.Join(", ", TrustLevels.All)}.");
        if (body.Reason is not { Length: > 0 and <= 2000 })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "trust.reason", "Send 'reason', 1 to 2,000 characters: a decision without one helps nobody later.");
        await trust.DecideAsync(plugin.Slug, body.Level, context.Caller().ActorId, body.Reason, context.RequestAborted);
        return Results.Json(new { plugin.Slug, body.Level }, BerthJson.Options);
    }

    private static IResult Capabilities() => Results.Json(new
    {
        capabilities = Berth.Capabilities.All.Select(capability => new { capability.Name, risk = capability.Risk.ToString().ToLowerInvariant(), capability.Description }),
    }, BerthJson.Options);

    private static async Task<PluginRecord> FindAsync(HttpContext context, ICatalog catalog)
    {
        var slug = RouteValues.Slug(context);
        return await catalog.FindAsync(slug, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");
    }

    private static VersionRecord? Before(PluginRecord plugin, VersionRecord version) =>
        plugin.Versions.SkipWhile(other => other.Version != version.Version).Skip(1).FirstOrDefault();

    private sealed record Decision(string? Level, string? Reason);
}
