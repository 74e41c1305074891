using Berth.Packaging.Archive;
using Berth.Registry.Publishing;
using Berth.Server.Auth;
using Berth.Server.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Apis;

/// <summary>Takes packages in: by PUT under their name, by POST as a form, and for a verdict only.</summary>
internal static class PublishApi
{
    private const int MaxFormFields = 16;
    private const int GenericIoFault = unchecked((int)0x80131620);

    public static void MapPublish(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Publish").WithBerthPolicies();
        group.MapPut("/plugins/{slug}/{version}", PutAsync).NeedScope(TokenScopes.Publish).WithSummary("Publish a package");
        group.MapPost("/plugins", PostAsync).NeedScope(TokenScopes.Publish).WithSummary("Publish a package sent as a form's field 'plugin'");
        group.MapPost("/validate", ValidateAsync).NeedScope(TokenScopes.Publish).WithSummary("Everything publish would say; nothing is kept");
    }

    private static async Task<IResult> PutAsync(HttpContext context, IPublisher publisher, PackageLimits limits)
    {
        var slug = RouteValues.Slug(context);
        var version = RouteValues.Version(context);
        var digest = PromisedDigest(context.Request);
        LimitBody(context, limits.MaxPackageBytes);
        var caller = context.Caller();
        return Shown(await publisher.PublishAsync(
            new PublishRequest(caller.UserId, caller.IsAdministrator, context.Request.Body, slug, version, digest), context.RequestAborted));
    }

    private static async Task<IResult> PostAsync(HttpContext context, IPublisher publisher, PackageLimits limits)
    {
        LimitBody(context, limits.MaxPackageBytes + (1024 * 1024));
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).ToString() is not { Length: > 0 and <= 200 } boundary)
        {
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "request.media_type", "Send multipart/form-data with the package in the field 'plugin', or PUT the package's bytes.");
        }

        var reader = new MultipartReader(boundary, context.Request.Body);
        try
        {
            for (var field = 0; field < MaxFormFields && await reader.ReadNextSectionAsync(context.RequestAborted) is { } section; field++)
            {
                var name = section.GetContentDispositionHeader()?.Name.ToString().Trim('"');
                if (name == "signature")
                    throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, "signature.not_supported", "This registry does not take signatures yet. Publish without the field 'signature'.");
                if (name != "plugin")
                    continue;
                // The field's file name is never looked at: slug and version are the manifest's.
                var caller = context.Caller();
                return Shown(await publisher.PublishAsync(new PublishRequest(caller.UserId, caller.IsAdministrator, section.Body), context.RequestAborted));
            }
        }
        // The reader's own complaints; a disk's carry the system's error number instead.
        catch (Exception exception) when (exception is InvalidDataException or IOException { HResult: GenericIoFault } and not BadHttpRequestException)
        {
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "The form is malformed.");
        }

        throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "The form has no field 'plugin' with the package.");
    }

    private static async Task<IResult> ValidateAsync(HttpContext context, IPublisher publisher, PackageLimits limits)
    {
        LimitBody(context, limits.MaxPackageBytes);
        var outcome = await publisher.ValidateAsync(context.Request.Body, context.RequestAborted);
        return outcome.IsAccepted
            ? Results.Json(new
            {
                valid = true,
                slug = outcome.Package.Manifest.Name,
                version = outcome.Package.Manifest.Version.ToString(),
                outcome.Package.Digest,
                outcome.Package.Size,
                file_count = outcome.Package.Files.Count,
                capabilities = outcome.Package.Manifest.Security.Capabilities,
            }, BerthJson.Options)
            : new ProblemResult(Refused(outcome.Faults));
    }

    private static IResult Shown(PublishOutcome outcome) => outcome switch
    {
        PublishOutcome.Published published => Results.Json(RegistryShapes.Version(published.Version, 0), BerthJson.Options, statusCode: StatusCodes.Status201Created),
        PublishOutcome.AlreadyPublished known => Results.Json(RegistryShapes.Version(known.Version, 0), BerthJson.Options),
        PublishOutcome.VersionExists other => new ProblemResult(new ApiProblem(StatusCodes.Status409Conflict, "version.exists",
            $"{other.Slug} {other.Version} is published with other bytes, and what is published never changes. Choose a new version number.")
        {
            Extensions = new Dictionary<string, string> { ["existing_digest"] = other.ExistingDigest, ["given_digest"] = other.GivenDigest },
        }),
        PublishOutcome.SlugTaken taken => new ProblemResult(new ApiProblem(StatusCodes.Status403Forbidden, "slug.taken",
            $"The slug '{taken.Slug}' belongs to another publisher, or is spelled otherwise than you did. Use its exact spelling if it is yours; else choose another one, or ask its owner.")),
        PublishOutcome.TooLarge large => new ProblemResult(new ApiProblem(StatusCodes.Status413PayloadTooLarge, "package.too_large",
            $"The package is larger than {large.MaxBytes} bytes.")),
        PublishOutcome.Refused refused => new ProblemResult(Refused(refused.Faults)),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    internal static ApiProblem Refused(IReadOnlyList<PackageFault> faults) =>
        new(StatusCodes.Status422UnprocessableEntity, faults.Count == 1 ? faults[0].Code : "package.refused",
            faults.Count == 1 ? faults[0].Message : $"The package is not acceptable for {faults.Count} reasons; all are listed. Nothing was kept.")
        {
            Errors = [.. faults.Select(ApiError.From)],
        };

    // RFC 9530: Content-Digest: sha-256=:base64:
    private static string? PromisedDigest(HttpRequest request)
    {
        var header = request.Headers["Content-Digest"].ToString();
        if (header.Length == 0)
            return null;
        Span<byte> bytes = stackalloc byte[64];
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!part.StartsWith("sha-256=:", StringComparison.OrdinalIgnoreCase) || !part.EndsWith(':') || part.Length < 11)
                continue;
            if (Convert.TryFromBase64String(part[9..^1], bytes, out var length) && length == 32)
                return Convert.ToHexStringLower(bytes[..32]);
        }

        throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.content_digest", "Content-Digest must name a sha-256 digest: 'sha-256=:…base64…:'.");
    }

    // Somewhat more than allowed, so that the publisher sees that there was more and answers in its own words.
    private static void LimitBody(HttpContext context, long maxBytes)
    {
        if (context.Request.ContentLength > maxBytes)
            throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "package.too_large", $"The package is larger than {maxBytes} bytes.");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = maxBytes + (1024 * 1024);
    }
}
