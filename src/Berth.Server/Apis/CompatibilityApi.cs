using Berth.Data.Blobs;
using Berth.Packaging.Archive;
using Berth.Packaging.Compatibility;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using Berth.Server.Auth;
using Berth.Server.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace Berth.Server.Apis;

/// <summary>What breaks between two published versions, or between the newest one and a package that is not published yet.</summary>
internal static class CompatibilityApi
{
    public static void MapCompatibility(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/plugins/{slug}/versions").WithTags("Versions").WithBerthPolicies();
        group.MapPost("/compatibility-check", CheckAsync).NeedScope(TokenScopes.Publish)
            .WithSummary("What breaks from one version to another: JSON with 'from' and 'to', or the bytes of a package");
    }

    private static async Task<IResult> CheckAsync(HttpContext context, ICatalog catalog, IPackageBlobs blobs, PackageLimits limits)
    {
        var slug = RouteValues.Slug(context);
        var plugin = await catalog.FindAsync(slug, context.RequestAborted) ?? throw VersionAnswers.UnknownPlugin(slug);
        return context.Request.ContentType is null || context.Request.HasJsonContentType()
            ? await ComparePublishedAsync(context, plugin, blobs, limits)
            : await CompareSentAsync(context, plugin, blobs, limits);
    }

    private static async Task<IResult> ComparePublishedAsync(HttpContext context, PluginRecord plugin, IPackageBlobs blobs, PackageLimits limits)
    {
        var body = await RequestBody.ReadAsync<CheckBody>(context);
        var to = body.To is null ? plugin.Newest : Find(plugin, body.To);
        var from = body.From is null ? Before(plugin, to) : Find(plugin, body.From);
        if (from is null || to is null)
            throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"'{plugin.Slug}' has no such versions to compare. Send 'from' and 'to', two of its versions.");
        await using var older = await OpenAsync(from, blobs, context.RequestAborted);
        await using var newer = await OpenAsync(to, blobs, context.RequestAborted);
        return Shown(await PackageComparer.CompareAsync(older, newer, limits, context.RequestAborted));
    }

    private static async Task<IResult> CompareSentAsync(HttpContext context, PluginRecord plugin, IPackageBlobs blobs, PackageLimits limits)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limits.MaxPackageBytes + 1;
        var from = (QueryValues.Text(context.Request, "from", maxLength: 256) is { } number ? Find(plugin, number) : plugin.Newest)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"'{plugin.Slug}' has no such version to compare with.");
        try
        {
            await using var sent = await blobs.StageAsync(context.Request.Body, limits.MaxPackageBytes, context.RequestAborted);
            await using var older = await OpenAsync(from, blobs, context.RequestAborted);
            return Shown(await PackageComparer.CompareAsync(older, sent.Content, limits, context.RequestAborted));
        }
        catch (BlobTooLargeException exception)
        {
            throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "package.too_large", $"The package is larger than {exception.MaxBytes} bytes.");
        }
    }

    private static IResult Shown(CompatibilityOutcome outcome) => outcome switch
    {
        CompatibilityOutcome.Compared { Report: var report } => Results.Json(new
        {
            report.Slug,
            from = report.From.ToString(),
            to = report.To.ToString(),
            compatible = report.IsCompatible,
            declares = Name(report.Declares),
            needs = Name(report.Needs),
            honest = report.IsHonest,
            changes = report.Changes.Select(change => new
            {
                severity = change.Severity.ToString().ToLowerInvariant(),
                change.Code,
                change.Subject,
                change.Message,
                declared = change.Severity != ChangeSeverity.Breaking || report.IsHonest,
            }),
        }, BerthJson.Options),
        CompatibilityOutcome.Unreadable { IsFirst: false } faulty => new ProblemResult(PublishApi.Refused(faulty.Faults)),
        CompatibilityOutcome.Unreadable => throw new ApiProblemException(
            StatusCodes.Status409Conflict, "compatibility.unreadable", "The published version does not pass today's checks of packages any more, so it cannot be compared."),
        CompatibilityOutcome.OtherPlugin other => throw new ApiProblemException(
            StatusCodes.Status422UnprocessableEntity, "compatibility.other_plugin", $"The package is of '{other.Second}', and '{other.First}' was asked about."),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    private static async Task<Stream> OpenAsync(VersionRecord version, IPackageBlobs blobs, CancellationToken cancellationToken)
    {
        if (version.TrustLevel == TrustLevels.Quarantined)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "plugin.quarantined", $"'{version.Slug}' is quarantined and cannot be downloaded.");
        return await blobs.OpenAsync(version.Digest, cancellationToken) ?? throw new ApiProblemException(
            StatusCodes.Status503ServiceUnavailable, "package.missing", $"The bytes of {version.Slug} {version.Version} are not in the package store. Tell an administrator.");
    }

    private static VersionRecord? Find(PluginRecord plugin, string number) => plugin.Versions.FirstOrDefault(version => version.Version == number);

    private static VersionRecord? Before(PluginRecord plugin, VersionRecord? version) =>
        plugin.Versions.SkipWhile(other => other != version).Skip(1).FirstOrDefault();

    private static string Name(VersionStep step) => step.ToString().ToLowerInvariant();

    private sealed record CheckBody(string? From, string? To);
}
