using System.Text.Encodings.Web;
using Berth.Data.Blobs;
using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Berth.Registry.Texts;
using Berth.Registry.Trust;
using Berth.Server.Problems;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Apis;

/// <summary>README and CHANGELOG as pages, and the pictures in them.</summary>
internal static class TextsApi
{
    private const int MostPictureBytes = 4 * 1024 * 1024;

    // No script, no frame, no form; pictures of this version and over https.
    private const string PagePolicy = "default-src 'none'; img-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-same-origin";
    private const string PicturePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    private static readonly Dictionary<string, string> PictureTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".avif"] = "image/avif",
        [".svg"] = "image/svg+xml",
    };

    public static void MapTexts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/plugins").WithTags("Registry").WithBerthPolicies();
        group.MapGet("/{slug}/{version}/readme", (HttpContext context, IRenderedTexts texts) => ShowAsync(context, texts, TextKind.Readme)).WithSummary("The README as a page that is safe to show");
        group.MapGet("/{slug}/{version}/changelog", (HttpContext context, IRenderedTexts texts) => ShowAsync(context, texts, TextKind.Changelog)).WithSummary("The CHANGELOG as a page that is safe to show");
        group.MapGet("/{slug}/{version}/files/{**path}", PictureAsync).WithSummary("A picture of the package, for its README");
    }

    private static async Task<IResult> ShowAsync(HttpContext context, IRenderedTexts texts, TextKind kind)
    {
        var slug = RouteValues.Slug(context);
        var version = RouteValues.Version(context);
        var isFragment = QueryValues.Flag(context.Request, "fragment");
        var text = await texts.FindAsync(slug, version, kind, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "text.unknown", $"'{slug}' {version} has no such text, or is not in the registry.");
        var headers = context.Response.Headers;
        headers.CacheControl = "private, no-cache";
        headers.Vary = "Accept";
        headers.ContentSecurityPolicy = PagePolicy;
        var isMarkdown = WantsMarkdown(context.Request);
        var tag = $"\"{text.Tag}-{(isMarkdown ? "md" : isFragment ? "fragment" : "page")}\"";
        headers.ETag = tag;
        if (EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var known) && known.Any(other => other.Tag == tag))
            return Results.StatusCode(StatusCodes.Status304NotModified);
        return isMarkdown ? Results.Text(text.Markdown, "text/markdown; charset=utf-8")
            : isFragment ? Results.Text(text.Html, "text/html; charset=utf-8")
            : Results.Text(Page($"{slug} {version}", text.Html), "text/html; charset=utf-8");
    }

    private static bool WantsMarkdown(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/markdown", StringComparison.OrdinalIgnoreCase);

    private static string Page(string title, string html) =>
        $"""
         <!doctype html>
         <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>{HtmlEncoder.Default.Encode(title)}</title></head>
         <body><main>
         {html}</main></body></html>
         """;

    private static async Task<IResult> PictureAsync(HttpContext context, ICatalog catalog, IPackageBlobs blobs, PackageLimits limits)
    {
        var slug = RouteValues.Slug(context);
        var number = RouteValues.Version(context);
        var path = context.GetRouteValue("path") as string ?? "";
        if (!ServedPaths.Contains(path) || !PictureTypes.TryGetValue(Path.GetExtension(path), out var type)
            || await catalog.FindVersionAsync(slug, number, context.RequestAborted) is not { } version || version.TrustLevel == TrustLevels.Quarantined)
        {
            throw Unknown();
        }

        await using var package = await blobs.OpenAsync(version.Digest, context.RequestAborted) ?? throw Unknown();
        var bytes = await PackageReader.ReadFileAsync(package, path, limits, context.RequestAborted);
        if (bytes is null || bytes.Length > MostPictureBytes)
            throw Unknown();
        context.Response.Headers.ContentSecurityPolicy = PicturePolicy;
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.Bytes(bytes, type);
    }

    private static ApiProblemException Unknown() => new(StatusCodes.Status404NotFound, "text.file_unknown", "This version has no such picture to show. Pictures are PNG, JPEG, GIF, WebP, AVIF or SVG files below assets/, public/ or dist/.");
}
