using Berth.Data.Blobs;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using Berth.Server.Files;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>The bytes of packages.</summary>
internal static class DownloadApi
{
    private const string MediaType = "application/vnd.berth.package+zip";

    public static void MapDownloads(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/plugins").WithTags("Registry").WithBerthPolicies();
        group.MapDescribed("/{slug}/{version}/download", [HttpMethods.Get, HttpMethods.Head], VersionAsync).WithSummary("A package's bytes; they never change");
        group.MapDescribed("/{slug}/download", [HttpMethods.Get, HttpMethods.Head], NewestAsync).WithSummary("The newest stable version's bytes");
    }

    private static async Task VersionAsync(HttpContext context)
    {
        RefuseVariants(context.Request);
        var slug = RouteValues.Slug(context);
        var number = RouteValues.Version(context);
        var version = await context.RequestServices.GetRequiredService<ICatalog>().FindVersionAsync(slug, number, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"The registry has no '{slug}' in version '{number}'.");
        await SendAsync(context, version, "private, max-age=31536000, immutable");
    }

    private static async Task NewestAsync(HttpContext context)
    {
        RefuseVariants(context.Request);
        var slug = RouteValues.Slug(context);
        var plugin = await context.RequestServices.GetRequiredService<ICatalog>().FindAsync(slug, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");
        var version = plugin.Newest
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"Every version of '{plugin.Slug}' is yanked. Ask for one by its number.");
        await SendAsync(context, version, "private, no-cache");
    }

    private static async Task SendAsync(HttpContext context, VersionRecord version, string caching)
    {
        if (version.TrustLevel == TrustLevels.Quarantined)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "plugin.quarantined", $"'{version.Slug}' is quarantined and cannot be downloaded.");
        var services = context.RequestServices;
        var answer = PackageAnswer.For(version, services.GetRequiredService<IPackageBlobs>()) ?? throw Missing(version);
        var request = context.Request;
        var headers = context.Response.Headers;
        headers.CacheControl = caching;
        headers.ContentDisposition = answer.Disposition;
        headers["Repr-Digest"] = answer.ReprDigest;
        headers["Berth-Version"] = version.Version;
        // A range or a condition is part of a download that was counted before.
        if (HttpMethods.IsGet(request.Method) && request.Headers.Range.Count == 0 && request.Headers.IfNoneMatch.Count == 0)
            services.GetRequiredService<IDownloadCounter>().Count(version.Slug, version.Version);
        try
        {
            await services.GetRequiredService<ByteResponse>().WriteAsync(context, answer.File, MediaType);
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            throw Missing(version);
        }
    }

    private static ApiProblemException Missing(VersionRecord version) => new(
        StatusCodes.Status503ServiceUnavailable, "package.missing", $"The bytes of {version.Slug} {version.Version} are not in the package store. Tell an administrator.");

    private static void RefuseVariants(HttpRequest request)
    {
        if (request.Query.ContainsKey("variant"))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "variant.not_supported", "This registry makes no variants yet. Ask without 'variant' for the author's bytes.");
    }
}
