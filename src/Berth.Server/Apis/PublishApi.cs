using Berth.Packaging.Archive;
using Berth.Registry.Publishing;
using Berth.Registry.Review;
using Berth.Server.Auth;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;
using Microsoft.AspNetCore.Http.Features;

namespace Berth.Server.Apis;

/// <summary>Takes packages in: by PUT under their name, by POST as a form, and for a verdict only.</summary>
internal static class PublishApi
{
    private const int FormBytes = 1024 * 1024;

    public static void MapPublish(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Publish").WithBerthPolicies().AcceptPublishTokens().InCategory(RateCategory.Upload);
        group.MapPut("/plugins/{slug}/{version}", PutAsync).NeedScope(TokenScopes.Publish).WithSummary("Publish a package");
        group.MapPost("/plugins", PostAsync).NeedScope(TokenScopes.Publish).WithSummary("Publish a package sent as a form's field 'plugin'");
        group.MapPost("/validate", ValidateAsync).NeedScope(TokenScopes.Publish).WithSummary("Everything publish would say; nothing is kept");
    }

    private static async Task<IResult> PutAsync(HttpContext context, IPublisher publisher, IReviews reviews, PackageLimits limits)
    {
        var slug = RouteValues.Slug(context);
        var version = RouteValues.Version(context);
        var digest = PromisedDigest(context.Request);
        LimitBody(context, limits.MaxPackageBytes);
        return await PublishAsync(context, publisher, reviews, RequestOf(context, context.Request.Body) with { Slug = slug, Version = version, ContentSha256 = digest });
    }

    private static async Task<IResult> PostAsync(HttpContext context, IPublisher publisher, IReviews reviews, PackageLimits limits)
    {
        LimitBody(context, limits.MaxPackageBytes + FormBytes);
        return await WithFormAsync(context, request => PublishAsync(context, publisher, reviews, request));
    }

    // The bytes alone, or the form that publishing takes: where the author has to sign, only that has a chance.
    private static async Task<IResult> ValidateAsync(HttpContext context, IPublisher publisher, IReviews reviews, PackageLimits limits)
    {
        if (context.Request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) != true)
        {
            LimitBody(context, limits.MaxPackageBytes);
            return await ShownAsync(context, await publisher.ValidateAsync(RequestOf(context, context.Request.Body), context.RequestAborted), reviews);
        }

        LimitBody(context, limits.MaxPackageBytes + FormBytes);
        return await WithFormAsync(context, async request => await ShownAsync(context, await publisher.ValidateAsync(request, context.RequestAborted), reviews));
    }

    private static async Task<IResult> WithFormAsync(HttpContext context, Func<PublishRequest, Task<IResult>> answer)
    {
        var form = new PublishForm(context.Request);
        return await PublishForm.GuardAsync(async () =>
        {
            var body = await form.PackageAsync(context.RequestAborted);
            return await answer(RequestOf(context, body) with { Signature = form.Signature, SignatureAfterBody = form.SignatureAfterAsync });
        });
    }

    private static async Task<IResult> PublishAsync(HttpContext context, IPublisher publisher, IReviews reviews, PublishRequest request)
    {
        if (QueryValues.Flag(context.Request, "dry_run"))
            return await ShownAsync(context, await publisher.ValidateAsync(request, context.RequestAborted), reviews);
        var preference = Preference.Of(context.Request);
        var outcome = await publisher.PublishAsync(request, preference.Wait, context.RequestAborted);
        if (preference.Applied is { } applied)
            context.Response.Headers["Preference-Applied"] = applied;
        return await ShownAsync(context, outcome, reviews);
    }

    private static PublishRequest RequestOf(HttpContext context, Stream body)
    {
        var caller = context.Caller();
        var origin = CarriedTrustApi.OriginOf(context.Request);
        // What is carried is nobody's own: it never begins as internal, and never writes over other people's plugins.
        return new PublishRequest(caller.UserId, caller.IsAdministrator && origin is null, body)
        {
            Origin = origin is null ? null : origin with { IsByAdministrator = caller.IsAdministrator },
            SenderId = caller.ActorId,
            OnlySlug = TokenScopes.OnlySlug(caller.Scopes),
            ExchangeId = TokenScopes.ExchangeId(caller.Scopes),
        };
    }

    private static async Task<IResult> ShownAsync(HttpContext context, PublishOutcome outcome, IReviews reviews) => outcome switch
    {
        PublishOutcome.Published published => Results.Json(RegistryShapes.Version(published.Version, 0), BerthJson.Options, statusCode: StatusCodes.Status201Created),
        PublishOutcome.Held held => Accepted(context, held.Version.PublicationId, await KeptVersionShape.OfAsync(held.Version, reviews, context.RequestAborted)),
        PublishOutcome.Running running => Accepted(context, running.Publication.Id, PublicationShape.Of(context, running.Publication)),
        PublishOutcome.AlreadyPublished known => Results.Json(await KeptVersionShape.OfAsync(known.Version, reviews, context.RequestAborted), BerthJson.Options),
        PublishOutcome.Valid valid => Results.Json(Shape(valid), BerthJson.Options),
        _ => new ProblemResult(ProblemOf(outcome)),
    };

    private static IResult Accepted(HttpContext context, string? id, object body)
    {
        if (id is not null)
            context.Response.Headers.Location = PublicationShape.AddressOf(context, id);
        return Results.Json(body, BerthJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static object Shape(PublishOutcome.Valid valid) => new
    {
        valid = true,
        slug = valid.Package.Manifest.Name,
        version = valid.Package.Manifest.Version.ToString(),
        valid.Package.Digest,
        valid.Package.Size,
        file_count = valid.Package.Files.Count,
        capabilities = valid.Package.Manifest.Security.Capabilities,
        valid.State,
        valid.Stages,
    };

    private static ApiProblem ProblemOf(PublishOutcome outcome) => outcome switch
    {
        PublishOutcome.VersionExists other => new ApiProblem(StatusCodes.Status409Conflict, "version.exists",
            $"{other.Slug} {other.Version} is published with other bytes, and what is published never changes. Choose a new version number.")
        {
            Extensions = new Dictionary<string, string> { ["existing_digest"] = other.ExistingDigest, ["given_digest"] = other.GivenDigest },
        },
        PublishOutcome.VersionDeleted deleted => VersionAnswers.Deleted(deleted.Tombstone, StatusCodes.Status409Conflict),
        PublishOutcome.SlugTaken taken => new ApiProblem(StatusCodes.Status403Forbidden, "slug.taken",
            taken.Why ?? $"The slug '{taken.Slug}' belongs to another publisher, or is spelled otherwise than you did. Use its exact spelling if it is yours; else choose another one, or ask its owner."),
        PublishOutcome.TrustedOnly trusted => new ApiProblem(StatusCodes.Status403Forbidden, "publish.trusted_only",
            $"'{trusted.Slug}' is published by continuous integration only. Publish from the workflow that is bound to it, or ask its owner to change 'trusted_only'."),
        PublishOutcome.OtherSlug other => new ApiProblem(StatusCodes.Status403Forbidden, "publish.token_slug",
            $"The package is '{other.Slug}', and the token publishes '{other.OnlySlug}' and nothing else. Exchange an identity token for that plugin, or correct plugin.json."),
        PublishOutcome.TooLarge large => new ApiProblem(StatusCodes.Status413PayloadTooLarge, "package.too_large", $"The package is larger than {large.MaxBytes} bytes."),
        PublishOutcome.Refused refused => Refused(refused.Faults),
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
