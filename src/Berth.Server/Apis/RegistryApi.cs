using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Berth.Registry.Keys;
using Berth.Registry.Scanning;
using Berth.Registry.Trust.Violations;
using Berth.Server.Configuration;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>What has been published: the service index, search, plugins and versions.</summary>
internal static class RegistryApi
{
    public static void MapRegistryCatalog(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Registry").WithBerthPolicies();
        group.MapGet("/", IndexAsync).AllowAnonymousCallers().WithSummary("What this registry offers");
        group.MapGet("/plugins/{slug}", PluginAsync).WithSummary("One plugin with its newest version");
        group.MapGet("/plugins/{slug}/versions", VersionsAsync).WithSummary("All versions, newest first");
        group.MapGet("/plugins/{slug}/{version}", VersionAsync).WithSummary("One version");
    }

    private static async Task<IResult> IndexAsync(HttpContext context, PackageLimits limits, IKeyRecords keys, IRegistrySigner signer)
    {
        // Made here when there is none yet: whoever trusts a registry at first sight reads this page.
        await signer.KeyAsync(context.RequestAborted);
        var own = await keys.RegistryKeysAsync(context.RequestAborted);
        return Results.Json(new
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
            keys = own.Select(KeyShapes.Record),
        }, BerthJson.Options);
    }

    private static async Task<IResult> PluginAsync(HttpContext context, ICatalog catalog, ITrustViolations violations)
    {
        var plugin = await FindAsync(context, catalog);
        var newest = plugin.Shown;
        var downloads = await catalog.DownloadsAsync(plugin.Slug, context.RequestAborted);
        var texts = await catalog.FindTextsAsync(plugin.Slug, newest.Version, context.RequestAborted);
        return Results.Json(new
        {
            plugin.Slug,
            plugin.OwnerId,
            publisher = plugin.PublisherName,
            plugin.TrustLevel,
            plugin.CreatedAt,
            warnings = (await violations.OfPluginAsync(plugin.Slug, context.RequestAborted)).Where(one => one.LiftedAt is null).Select(TrustShapes.Warning),
            yanked = plugin.IsYanked,
            channels = VersionAnswers.Channels(plugin),
            latest_version = newest.Version,
            downloads = downloads.Values.Sum(),
            versions = plugin.Versions.Select(version => version.Version),
            latest = RegistryShapes.Version(newest, downloads.GetValueOrDefault(newest.Version), texts, Before(plugin, newest), plugin, await ScanAsync(context, newest)),
        }, BerthJson.Options);
    }

    private static async Task<IResult> VersionsAsync(HttpContext context, ICatalog catalog)
    {
        var plugin = await FindAsync(context, catalog);
        var downloads = await catalog.DownloadsAsync(plugin.Slug, context.RequestAborted);
        return Results.Json(new
        {
            plugin.Slug,
            versions = plugin.Versions.Select(version => RegistryShapes.Version(version, downloads.GetValueOrDefault(version.Version), plugin: plugin)),
        }, BerthJson.Options);
    }

    private static async Task<IResult> VersionAsync(HttpContext context, ICatalog catalog)
    {
        var (slug, number) = (RouteValues.Slug(context), RouteValues.Version(context));
        var plugin = await catalog.FindAsync(slug, context.RequestAborted);
        if (plugin?.Versions.FirstOrDefault(version => version.Version == number) is not { } version)
        {
            return await KeptVersionShape.FindAsync(context, slug, number) is { } kept
                ? Results.Json(kept, BerthJson.Options)
                : throw await VersionAnswers.NoneAsync(context, plugin?.Slug ?? slug, number, plugin is not null);
        }

        var downloads = await catalog.DownloadsAsync(plugin.Slug, context.RequestAborted);
        var texts = await catalog.FindTextsAsync(plugin.Slug, version.Version, context.RequestAborted);
        return Results.Json(RegistryShapes.Version(version, downloads.GetValueOrDefault(version.Version), texts, Before(plugin, version), plugin, await ScanAsync(context, version)), BerthJson.Options);
    }

    private static async Task<PluginRecord> FindAsync(HttpContext context, ICatalog catalog)
    {
        var slug = RouteValues.Slug(context);
        var plugin = await catalog.FindAsync(slug, context.RequestAborted);
        UpstreamHeader.Set(context, slug);
        return plugin
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");
    }

    private static async Task<object?> ScanAsync(HttpContext context, VersionRecord version) => ScanShapes.Summary(
        await context.RequestServices.GetRequiredService<IScanReports>().FindAsync(version.Slug, version.Version, context.RequestAborted));

    private static VersionRecord? Before(PluginRecord plugin, VersionRecord version) =>
        plugin.Versions.SkipWhile(other => other.Version != version.Version).Skip(1).FirstOrDefault();
}
