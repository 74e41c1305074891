using System.Text;
using Berth.Packaging.Signing;
using Berth.Registry.Keys;
using Berth.Server.Auth;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>The signatures of a published version: what is answered is a signature file as it lies beside a package.</summary>
internal static class SignaturesApi
{
    private const string MediaType = "application/jose+json";

    public static void MapSignatures(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/plugins/{slug}/{version}/signatures").WithTags("Keys").WithBerthPolicies();
        group.MapGet("/", ListAsync).WithSummary("All signatures of a version, as a signature file");
        group.MapPost("/", AddAsync).NeedScope(TokenScopes.Publish).InCategory(RateCategory.Upload).WithSummary("Add signatures to a version");
    }

    private static async Task<IResult> ListAsync(HttpContext context, IPackageSignatures signatures) =>
        await signatures.ListAsync(RouteValues.Slug(context), RouteValues.Version(context), context.RequestAborted) is { } found
            ? File(found)
            : throw Unknown();

    private static async Task<IResult> AddAsync(HttpContext context, IPackageSignatures signatures)
    {
        var (slug, version) = (RouteValues.Slug(context), RouteValues.Version(context));
        var caller = context.Caller();
        var file = await ReadAsync(context);
        return await signatures.AddAsync(
            slug, version, file, new KeyActor(caller.UserId, caller.ActorId, caller.IsAdministrator), QueryValues.Flag(context.Request, "dry_run"), context.RequestAborted) switch
        {
            SignatureOutcome.Kept kept => File(kept.Signatures, kept.Added > 0 ? StatusCodes.Status201Created : StatusCodes.Status200OK),
            SignatureOutcome.Refused refused => new ProblemResult(new ApiProblem(StatusCodes.Status422UnprocessableEntity, refused.Faults[0].Code, refused.Faults[0].Reason)
            {
                Errors = [.. refused.Faults.Select(fault => new ApiError(fault.Code, fault.Reason))],
            }),
            SignatureOutcome.Forbidden => throw new ApiProblemException(StatusCodes.Status403Forbidden, "slug.taken", "The plugin is another publisher's. Only its owner adds signatures."),
            _ => throw Unknown(),
        };
    }

    private static IResult File(IReadOnlyList<PackageSignature> signatures, int status = StatusCodes.Status200OK) => Results.Text(
        new StringBuilder("{\"signatures\":[").AppendJoin(',', signatures.Select(one => $$"""{"protected":"{{one.Protected}}","signature":"{{one.Signature}}"}""")).Append("]}").ToString(),
        MediaType,
        statusCode: status);

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > SignatureFile.MaxBytes)
                throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, SignatureFaultCodes.Size, $"The signature file is larger than {SignatureFile.MaxBytes} bytes.");
            await buffer.WriteAsync(chunk.AsMemory(0, read), context.RequestAborted);
        }

        return buffer.ToArray();
    }

    private static ApiProblemException Unknown() =>
        new(StatusCodes.Status404NotFound, "version.unknown", "The registry has no such version. GET /api/v1/plugins/{slug}/versions lists all.");
}
