using System.Text;
using Berth.Packaging.Signing;
using Berth.Registry.Keys;
using Berth.Registry.Mirroring;
using Berth.Server.Configuration;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Apis;

/// <summary>Bundles: many packages with signatures, decisions and advisories in one signed file, for registries without a network between them.</summary>
internal static class BundlesApi
{
    private const string MediaType = "application/vnd.berth.bundle+tar";
    private const long MostBytes = 16L * 1024 * 1024 * 1024;
    private const int MostPlugins = 1_000;

    public static void MapBundles(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/bundles").WithTags("Mirrors").WithBerthPolicies();
        group.MapPost("/export", ExportAsync).NeedAdministrator().NeverKeepAnswer().InCategory(RateCategory.Admin).WithSummary("Make a bundle");
        group.MapPost("/", (HttpContext context, IBundles bundles) => ImportAsync(context, bundles)).NeedAdministrator().NeverKeepAnswer().InCategory(RateCategory.Admin).WithSummary("Take a bundle in: a form with 'keys' (a JWK set, optional) and then 'bundle'");
        group.MapGet("/keys", KeysAsync).WithSummary("The keys that this registry signs bundles with, as a JWK set");
    }

    private static async Task<IResult> ExportAsync(HttpContext context, IBundles bundles, BerthAddresses addresses)
    {
        var body = await RequestBody.ReadAsync<ExportRequest>(context);
        if (body.Plugins is not { Count: > 0 and <= MostPlugins } plugins || plugins.Any(plugin => plugin is not { Length: > 0 and <= 300 }))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "bundle.plugins", $"'plugins' is a list of 1 to {MostPlugins} texts: a slug, or slug@range.");
        var wish = new BundleWish(addresses.Registry ?? "berth", plugins!) { WithDependencies = body.WithDependencies ?? false, WithAdvisories = body.WithAdvisories ?? true };
        var selection = await bundles.SelectAsync(wish, context.RequestAborted);
        if (selection is not BundleSelection.Ready ready)
        {
            var missing = ((BundleSelection.Missing)selection).Reasons;
            throw new ApiProblemException(new ApiProblem(StatusCodes.Status422UnprocessableEntity, "bundle.missing", missing[0]) { Errors = [.. missing.Select(reason => new ApiError("bundle.missing", reason))] });
        }

        context.Response.RegisterForDisposeAsync(ready);
        if (QueryValues.Flag(context.Request, "dry_run"))
        {
            return Results.Json(new
            {
                versions = ready.Index.Versions.Select(version => new { version.Slug, version.Version, version.Digest }),
                advisories = ready.Index.Advisories?.Sum(part => part.Count) ?? 0,
                bytes = ready.Index.Parts.Sum(part => part.Size),
            }, BerthJson.Options);
        }

        return Results.Stream(output => bundles.WriteAsync(ready, output, context.RequestAborted), MediaType, "bundle.berthbundle");
    }

    private static async Task<IResult> ImportAsync(HttpContext context, IBundles bundles)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MostBytes;
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).ToString() is not { Length: > 0 and <= 200 } boundary)
        {
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "request.media_type", "Send multipart/form-data with the field 'keys' (a JWK set, optional) and then the bundle in the field 'bundle'.");
        }

        var trusted = new Dictionary<string, VerificationKey>(StringComparer.Ordinal);
        var reader = new MultipartReader(boundary, context.Request.Body);
        try
        {
            for (var field = 0; field < 8 && await reader.ReadNextSectionAsync(context.RequestAborted) is { } section; field++)
            {
                var name = section.GetContentDispositionHeader()?.Name.ToString().Trim('"');
                if (name == "keys")
                    await ReadKeysAsync(section.Body, trusted, context.RequestAborted);
                else if (name == "bundle")
                    return await ImportAsync(context, bundles, section.Body, trusted);
            }
        }
        catch (InvalidDataException)
        {
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "The form is malformed.");
        }
        catch (IOException exception) when (exception is not BadHttpRequestException && exception.HResult == unchecked((int)0x80131620))
        {
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "The form is malformed.");
        }

        throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "The form has no field 'bundle'.");
    }

    private static async Task<IResult> ImportAsync(HttpContext context, IBundles bundles, Stream body, Dictionary<string, VerificationKey> trusted)
    {
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        // Kept whole before it is believed: it is read twice, and nothing of it is kept when its end is damaged.
        await using var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 81_920, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await body.CopyToAsync(file, context.RequestAborted);
        file.Position = 0;
        var import = await bundles.ImportAsync(file, context.Caller().UserId, trusted, isDryRun, QueryValues.Text(context.Request, "accept_key", maxLength: 200), context.RequestAborted);
        if (import.Reading.Fault is { } fault)
        {
            throw new ApiProblemException(new ApiProblem(StatusCodes.Status422UnprocessableEntity, fault.Code, fault.Reason)
            {
                Errors = [.. import.Versions.Where(version => version.State is not "refused").Select(version => new ApiError("bundle.imported", $"{version.Slug} {version.Version} was taken in before."))],
            });
        }

        return Results.Json(new
        {
            source = import.Reading.Index!.Source,
            known_as = import.Source,
            signed_by = import.Reading.SignedBy,
            dry_run = isDryRun,
            import.Versions,
            import.Advisories,
            import.Quarantined,
            import.Lifted,
            import.Keys,
            import.Left,
            refused = import.Versions.Count(version => version.State == "refused"),
        }, BerthJson.Options);
    }

    private static async Task ReadKeysAsync(Stream body, Dictionary<string, VerificationKey> trusted, CancellationToken cancellationToken)
    {
        var bytes = new byte[JsonWebKeySet.MaxBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        var reading = JsonWebKeySet.Read(bytes.AsMemory(0, length));
        if (reading.Key is not { } set)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "bundle.keys", $"'keys' cannot be used. {reading.Fault!.Reason}");
        foreach (var key in set.Keys.Values)
            trusted[key.Thumbprint] = key;
    }

    private static async Task<IResult> KeysAsync(HttpContext context, IKeyRecords keys, IRegistrySigner signer)
    {
        await signer.KeyAsync(context.RequestAborted);
        var own = await keys.RegistryKeysAsync(context.RequestAborted);
        return Results.Text(JsonWebKeySet.Write(own.Where(key => key.State != KeyState.Revoked).Select(key => key.ToTrusted().Key)), "application/jwk-set+json", Encoding.UTF8);
    }

    private sealed record ExportRequest(IReadOnlyList<string?>? Plugins, bool? WithDependencies, bool? WithAdvisories);
}
