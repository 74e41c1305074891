using System.Text.Json;
using Berth.Packaging.Archive;
using Berth.Packaging.Variants;
using Berth.Registry.Catalog;
using Berth.Registry.Optimization.Variants;
using Berth.Server.Auth;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;
using Microsoft.AspNetCore.Http.Features;

namespace Berth.Server.Apis;

/// <summary>Optimised variants: what there is, what was done, making one, and what would come out.</summary>
internal static class VariantsApi
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static void MapVariants(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Variants").WithBerthPolicies();
        group.MapGet("/plugins/{slug}/{version}/variants", ListAsync).WithSummary("The variants of a version: derived packages beside the author's");
        group.MapPost("/plugins/{slug}/{version}/variants", OrderAsync).NeedScope(TokenScopes.Publish).InCategory(RateCategory.Upload)
            .WithSummary("Make the optimised variant of a version; dry_run=true says what would come out");
        group.MapGet("/plugins/{slug}/{version}/optimization", ReportAsync).WithSummary("What was done for the optimised variant, stage by stage, and what came of it");
        group.MapPost("/optimize", PreviewAsync).NeedScope(TokenScopes.Publish).InCategory(RateCategory.Upload)
            .WithSummary("What the optimised variant of a package would be; nothing is kept");
    }

    private static async Task<IResult> ListAsync(HttpContext context, ICatalog catalog, IVariants variants)
    {
        var version = await FindAsync(context, catalog);
        var list = await variants.ListAsync(version, context.RequestAborted);
        var offered = await variants.FindOfferedAsync(version, VariantStatement.Optimized, context.RequestAborted);
        return Results.Json(new
        {
            version.Slug,
            version.Version,
            version.Digest,
            variants = list.Where(variant => variant.SourceDigest == version.Digest).Select(variant => Shape(variant, variant.Digest is not null && variant.Digest == offered?.Digest)),
        }, BerthJson.Options);
    }

    private static async Task<IResult> ReportAsync(HttpContext context, ICatalog catalog, IVariants variants)
    {
        var version = await FindAsync(context, catalog);
        var variant = await variants.FindAsync(version, VariantStatement.Optimized, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "variant.unknown",
                $"Nobody has asked for an optimised variant of {version.Slug} {version.Version}. Its publisher orders one with POST /api/v1/plugins/{version.Slug}/{version.Version}/variants.");
        return Results.Json(new
        {
            variant.Slug,
            variant.Version,
            variant.Kind,
            variant.State,
            variant.SourceDigest,
            variant.Digest,
            variant.Code,
            variant.Reason,
            variant.Report,
        }, BerthJson.Options);
    }

    private static async Task<IResult> OrderAsync(HttpContext context, ICatalog catalog, IVariants variants)
    {
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var version = await FindAsync(context, catalog);
        var caller = context.Caller();
        if (!caller.IsAdministrator && !await variants.MayOrderAsync(version.Slug, caller.UserId, context.RequestAborted))
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "variant.not_publisher", $"Only the publisher of '{version.Slug}' and administrators order variants of it.");
        if (isDryRun)
            return Shown(version.Slug, version.Version, await variants.PreviewAsync(version, context.RequestAborted), StatusCodes.Status409Conflict);
        return await variants.OrderAsync(version, caller.UserId, context.RequestAborted) switch
        {
            VariantOrder.Taken taken => await AnswerAsync(context, version, variants, taken.Variant),
            VariantOrder.Refused refused => throw new ApiProblemException(StatusCodes.Status409Conflict, refused.Code, refused.Reason),
            VariantOrder.QueueFull full => throw Busy(context, $"{full.Waiting} variants are waiting to be made. Try again in some minutes; the original is offered meanwhile."),
            _ => throw new InvalidOperationException("Unknown outcome."),
        };
    }

    /// <summary>With <c>Prefer: wait</c> when it has ended, otherwise at once: 202 and where to look.</summary>
    private static async Task<IResult> AnswerAsync(HttpContext context, VersionRecord version, IVariants variants, VariantRecord variant)
    {
        var waits = context.Request.Headers["Prefer"].Any(value => value?.Contains("wait", StringComparison.OrdinalIgnoreCase) == true);
        var until = TimeProvider.System.GetUtcNow() + LongestWait;
        while (waits && VariantState.IsOpen(variant.State) && TimeProvider.System.GetUtcNow() < until)
        {
            await Task.Delay(Pause, context.RequestAborted);
            variant = await variants.FindAsync(version, VariantStatement.Optimized, context.RequestAborted) ?? variant;
        }

        context.Response.Headers.Location = $"/api/v1/plugins/{version.Slug}/{version.Version}/optimization";
        return Results.Json(Shape(variant, variant.State == VariantState.Ready), BerthJson.Options, statusCode: VariantState.IsOpen(variant.State) ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    private static async Task<IResult> PreviewAsync(HttpContext context, IVariants variants, PackageLimits limits)
    {
        QueryValues.Flag(context.Request, "dry_run"); // it is one always
        if (context.Request.ContentLength > limits.MaxPackageBytes)
            throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "package.too_large", $"The package is larger than {limits.MaxPackageBytes} bytes.");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limits.MaxPackageBytes + (1024 * 1024);
        return Shown(null, null, await variants.PreviewAsync(context.Request.Body, context.RequestAborted), StatusCodes.Status422UnprocessableEntity);
    }

    private static IResult Shown(string? slug, string? version, VariantPreview preview, int refusal) => preview switch
    {
        VariantPreview.Shown shown => Results.Json(new { dry_run = true, slug, version, kind = VariantStatement.Optimized, would_be_made = shown.WouldBeMade, shown.Report }, BerthJson.Options),
        VariantPreview.Refused refused => throw new ApiProblemException(refused.Code == "variant.tool_missing" ? StatusCodes.Status503ServiceUnavailable : refusal, refused.Code, refused.Reason),
        VariantPreview.NoPackage faults => new ProblemResult(PublishApi.Refused(faults.Faults)),
        VariantPreview.Busy => throw new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "variant.busy", "Other packages are being looked at. Try again in some seconds."),
        _ => throw new InvalidOperationException("Unknown outcome."),
    };

    private static ApiProblemException Busy(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "60";
        return new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "variant.busy", detail);
    }

    private static object Shape(VariantRecord variant, bool isOffered) => new
    {
        variant.Kind,
        variant.State,
        offered = isOffered,
        variant.SourceDigest,
        variant.Digest,
        variant.Size,
        saved_percent = variant.Report?.SavedPercent,
        signature = variant.Signature is null ? (JsonElement?)null : JsonSerializer.Deserialize<JsonElement>(variant.Signature),
        variant.Code,
        variant.Reason,
        variant.CreatedAt,
        variant.UpdatedAt,
    };

    private static async Task<VersionRecord> FindAsync(HttpContext context, ICatalog catalog)
    {
        var slug = RouteValues.Slug(context);
        var number = RouteValues.Version(context);
        var plugin = await catalog.FindAsync(slug, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");
        return plugin.Versions.FirstOrDefault(version => version.Version == number)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"'{plugin.Slug}' has no version '{number}'.");
    }
}
