using Berth.Data.Blobs;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using Berth.Server.Problems;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Apis;

/// <summary>The bytes of packages.</summary>
internal static class DownloadApi
{
    public static void MapDownloads(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/plugins").WithTags("Registry").WithBerthPolicies();
        group.MapMethods("/{slug}/{version}/download", [HttpMethods.Get, HttpMethods.Head], VersionAsync).WithSummary("A package's bytes; they never change");
        group.MapMethods("/{slug}/download", [HttpMethods.Get, HttpMethods.Head], NewestAsync).WithSummary("The newest stable version's bytes");
    }

    private static async Task<IResult> VersionAsync(HttpContext context, ICatalog catalog, IPackageBlobs blobs, IDownloadCounter counter)
    {
        RefuseVariants(context.Request);
        var slug = RouteValues.Slug(context);
        var number = RouteValues.Version(context);
        var version = await catalog.FindVersionAsync(slug, number, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"The registry has no '{slug}' in version '{number}'.");
        return await SendAsync(context, version, blobs, counter, "private, max-age=31536000, immutable");
    }

    private static async Task<IResult> NewestAsync(HttpContext context, ICatalog catalog, IPackageBlobs blobs, IDownloadCounter counter)
    {
        RefuseVariants(context.Request);
        var slug = RouteValues.Slug(context);
        var plugin = await catalog.FindAsync(slug, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");
        var version = plugin.Newest
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"Every version of '{plugin.Slug}' is yanked. Ask for one by its number.");
        return await SendAsync(context, version, blobs, counter, "private, no-cache");
    }

    private static async Task<IResult> SendAsync(HttpContext context, VersionRecord version, IPackageBlobs blobs, IDownloadCounter counter, string caching)
    {
        if (version.TrustLevel == TrustLevels.Quarantined)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "plugin.quarantined", $"'{version.Slug}' is quarantined and cannot be downloaded.");
        var headers = context.Response.Headers;
        headers.CacheControl = caching;
        headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(version.Digest))}:";
        headers["Berth-Version"] = version.Version;
        var etag = new EntityTagHeaderValue($"\"{version.Digest}\"");
        var name = $"{version.Slug}-{version.Version}.berth";
        // A range or a condition is part of a download that was counted before.
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Range.Count == 0 && context.Request.Headers.IfNoneMatch.Count == 0)
            counter.Count(version.Slug, version.Version);
        if (blobs.FindFile(version.Digest) is { } file)
            return Results.File(file, "application/vnd.berth.package+zip", name, version.PublishedAt, etag, enableRangeProcessing: true);
        return await blobs.OpenAsync(version.Digest, context.RequestAborted) is { } stream
            ? Results.File(stream, "application/vnd.berth.package+zip", name, version.PublishedAt, etag, enableRangeProcessing: true)
            : throw new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "package.missing", $"The bytes of {version.Slug} {version.Version} are not in the package store. Tell an administrator.");
    }

    private static void RefuseVariants(HttpRequest request)
    {
        if (request.Query.ContainsKey("variant"))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "variant.not_supported", "This registry makes no variants yet. Ask without 'variant' for the author's bytes.");
    }
}
