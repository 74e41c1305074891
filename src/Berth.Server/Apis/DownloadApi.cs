using Berth.Data.Blobs;
using Berth.Registry.Catalog;
using Berth.Registry.Optimization.Variants;
using Berth.Registry.Mirroring.Upstream;
using Berth.Registry.Trust;
using Berth.Registry.Versions;
using Berth.Server.Files;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>The bytes of packages.</summary>
internal static class DownloadApi
{
    private const string MediaType = "application/vnd.berth.package+zip";

    public static void MapDownloads(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/plugins").WithTags("Registry").WithBerthPolicies().InCategory(RateCategory.Download);
        group.MapDescribed("/{slug}/{version}/download", [HttpMethods.Get, HttpMethods.Head], VersionAsync).WithSummary("A package's bytes; they never change");
        group.MapDescribed("/{slug}/download", [HttpMethods.Get, HttpMethods.Head], NewestAsync).WithSummary("The newest stable version's bytes");
    }

    private static async Task VersionAsync(HttpContext context)
    {
        var slug = RouteValues.Slug(context);
        var number = RouteValues.Version(context);
        var version = await context.RequestServices.GetRequiredService<ICatalog>().FindVersionAsync(slug, number, context.RequestAborted)
            ?? throw await VersionAnswers.NoneAsync(context, slug, number, isKnown: true);
        await SendAsync(context, version, "private, max-age=31536000, immutable");
    }

    private static async Task NewestAsync(HttpContext context)
    {
        var slug = RouteValues.Slug(context);
        var plugin = await context.RequestServices.GetRequiredService<ICatalog>().FindAsync(slug, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");
        var version = ReleaseChannels.VersionOf(plugin, ReleaseChannels.Stable) ?? plugin.Newest
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"Every version of '{plugin.Slug}' that its channels could give is yanked. Ask for one by its number.");
        await SendAsync(context, version, "private, no-cache");
    }

    private static async Task SendAsync(HttpContext context, VersionRecord version, string caching)
    {
        if (version.TrustLevel == TrustLevels.Quarantined)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "plugin.quarantined", $"{version.Slug} {version.Version} is quarantined and cannot be downloaded. GET /api/v1/plugins/{version.Slug}/trust says why.");
        var services = context.RequestServices;
        // A range, a condition, a variant and HEAD are answered from the store, when the whole is there.
        var isWhole = HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Range.Count == 0 && context.Request.Headers.IfNoneMatch.Count == 0;
        var isVariant = context.Request.Query.ContainsKey("variant");
        using var arriving = await ArrivingAsync(context, version, isWhole && !isVariant);
        var blobs = services.GetRequiredService<IPackageBlobs>();
        var answer = (isVariant ? await VariantAsync(context, version, blobs) : arriving is null ? PackageAnswer.For(version, blobs) : PackageAnswer.Arriving(version)) ?? throw Missing(version);
        var headers = context.Response.Headers;
        if (!isVariant)
            headers.CacheControl = caching;
        headers.ContentDisposition = answer.Disposition;
        headers["Repr-Digest"] = answer.ReprDigest;
        headers["Berth-Version"] = version.Version;
        // A range or a condition is part of a download that was counted before.
        if (isWhole && services.GetRequiredService<IDownloadAudience>().Counts(version.Slug, version.Version, context.Caller().UserId, context.Request.Headers.UserAgent))
            services.GetRequiredService<IDownloadCounter>().Count(version.Slug, version.Version);

        if (arriving is not null)
        {
            await ArrivingResponse.WriteAsync(context, arriving, answer.File, MediaType);
            return;
        }

        try
        {
            await services.GetRequiredService<ByteResponse>().WriteAsync(context, answer.File, MediaType);
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            throw Missing(version);
        }
    }

    /// <summary>What comes from upstream and is not all here: the bytes on their way, or, for who needs the whole, nothing once it is here.</summary>
    private static async Task<ArrivingPackage?> ArrivingAsync(HttpContext context, VersionRecord version, bool mayStream)
    {
        if (context.RequestServices.GetService<IUpstream>() is not { } upstream || upstream.StateOf(version.Slug) is null)
            return null;
        UpstreamHeader.Set(context, version.Slug);
        if (mayStream)
            return await upstream.OpenAsync(version, context.RequestAborted);
        await upstream.EnsureBytesAsync(version, context.RequestAborted);
        return null;
    }

    private static ApiProblemException Missing(VersionRecord version) => new(
        StatusCodes.Status503ServiceUnavailable, "package.missing", $"The bytes of {version.Slug} {version.Version} are not in the package store. Tell an administrator.");

    /// <summary>A derived package, with the digest of the one it derives from beside its own.</summary>
    private static async Task<PackageAnswer?> VariantAsync(HttpContext context, VersionRecord version, IPackageBlobs blobs)
    {
        var kind = context.Request.Query["variant"].ToString();
        var variant = await context.RequestServices.GetRequiredService<IVariants>().FindOfferedAsync(version, kind, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "variant.unknown",
                $"{version.Slug} {version.Version} has no such variant. GET /api/v1/plugins/{version.Slug}/{version.Version}/variants lists what there is; ask without 'variant' for the author's bytes.");
        // It may be made anew from the same bytes by a later version of the tools.
        context.Response.Headers.CacheControl = "private, no-cache";
        context.Response.Headers["Berth-Variant"] = variant.Kind;
        context.Response.Headers["Berth-Variant-Of"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(variant.SourceDigest))}:";
        return PackageAnswer.Of(version, variant, blobs);
    }
}
