using System.Globalization;
using System.Text.Json;
using Berth.Packaging.Signing;
using Berth.Registry.Keys;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>The registry's key records: publishers' keys and its own.</summary>
internal static class KeysApi
{
    private const int MaxText = 200;

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/keys").WithTags("Keys").WithBerthPolicies();
        group.MapGet("/", ListAsync).WithSummary("The key records, newest first");
        group.MapPost("/", AddAsync).NeedScope(TokenScopes.Publish).WithSummary("Register a public key of the caller, with the key's own proof");
        group.MapCountersigning();
        group.MapPost("/{kid}/retire", RetireAsync).NeedScope(TokenScopes.Publish).WithSummary("Put a key away; what it signed stays valid");
        group.MapPost("/{kid}/revoke", RevokeAsync).NeedScope(TokenScopes.Publish).WithSummary("Say since when a key's signatures do not count");
    }

    private static async Task<IResult> ListAsync(HttpContext context, IKeyRecords keys)
    {
        var limit = QueryValues.Limit(context.Request, preset: 100);
        var cursor = QueryValues.Text(context.Request, "cursor", maxLength: 64);
        if (cursor is not null && !StrictBase64Url.TryDecode(cursor, out _))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.cursor", "The cursor was not made by this server. Start again without one.");
        var owner = QueryValues.Text(context.Request, "owner", maxLength: 32);
        if (owner is not null && !owner.All(char.IsAsciiHexDigitLower))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", "'owner' is a user id.");
        var page = await keys.ListAsync(owner, limit + 1, cursor, context.RequestAborted);
        var next = page.Count > limit ? page[limit - 1].Kid : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new { keys = page.Take(limit).Select(KeyShapes.Record), next_cursor = next }, BerthJson.Options);
    }

    private static async Task<IResult> AddAsync(HttpContext context, IKeyRecords keys)
    {
        var body = await RequestBody.ReadAsync<KeyBody>(context);
        if (body.Name is { } name && (name.Length is 0 or > MaxText || name.Any(char.IsControl)))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "key.name", $"'name' is 1 to {MaxText} characters, without control characters.");
        var reading = Read(body);
        if (reading.Key is not { } key)
            throw Refused(reading.Fault!);
        var caller = context.Caller();
        var dryRun = QueryValues.Flag(context.Request, "dry_run");
        var added = new NewKey(key, caller.UserId, caller.ActorId, body.Name, Time(body.NotBefore, "not_before"), Time(body.NotAfter, "not_after"), Proof(body))
        {
            // Who mirrors has no author's private part; an administrator's word does, as a signed bundle's does.
            IsVouchedFor = body.Vouched is true && VersionAnswers.Actor(caller).IsAdministrator,
        };
        return Shown(await keys.AddAsync(added, dryRun, context.RequestAborted), dryRun, StatusCodes.Status201Created);
    }

    private static async Task<IResult> RetireAsync(HttpContext context, IKeyRecords keys)
    {
        var dryRun = QueryValues.Flag(context.Request, "dry_run");
        return Shown(await keys.RetireAsync(Kid(context), Actor(context), dryRun, context.RequestAborted), dryRun);
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, IKeyRecords keys)
    {
        var kid = Kid(context);
        var body = await RequestBody.ReadOptionalAsync<Revocation>(context);
        if (body.Reason is { Length: > 2000 })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "key.reason", "'reason' is at most 2,000 characters.");
        var dryRun = QueryValues.Flag(context.Request, "dry_run");
        return Shown(await keys.RevokeAsync(kid, Time(body.Since, "since"), body.Reason?.Replace("\0", "", StringComparison.Ordinal), Actor(context), dryRun, context.RequestAborted), dryRun);
    }

    private static KeyReading<VerificationKey> Read(KeyBody body)
    {
        if (body.Algorithm is { } name && SignatureAlgorithm.Find(name) is null)
            throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, SignatureFaultCodes.KeyAlgorithm, $"'algorithm' is one of {string.Join(", ", SignatureAlgorithm.All)}.");
        var algorithm = SignatureAlgorithm.Find(body.Algorithm);
        return body switch
        {
            // Written out and read again: a member that occurs twice is refused.
            { Jwk: { ValueKind: JsonValueKind.Object } jwk } => VerificationKey.FromJwk(System.Text.Encoding.UTF8.GetBytes(jwk.GetRawText()), algorithm),
            { Pem: { } pem } => VerificationKey.FromPem(pem, algorithm),
            _ => throw new ApiProblemException(StatusCodes.Status400BadRequest, "key.missing", "Send the public key as 'jwk' (an object) or 'pem' (a text)."),
        };
    }

    // Any JSON that is no proof is refused as one that does not hold.
    private static string? Proof(KeyBody body) => body.Proof is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } proof ? proof.GetRawText() : null;

    private static IResult Shown(KeyOutcome outcome, bool dryRun, int status = StatusCodes.Status200OK) => outcome switch
    {
        KeyOutcome.Done done => Results.Json(
            new { dry_run = dryRun ? true : (bool?)null, key = KeyShapes.Record(done.Key), signatures_broken = done.Broken }, BerthJson.Options, statusCode: dryRun ? StatusCodes.Status200OK : status),
        KeyOutcome.Known known => Results.Json(new { dry_run = dryRun ? true : (bool?)null, key = KeyShapes.Record(known.Key), signatures_broken = Array.Empty<string>() }, BerthJson.Options),
        KeyOutcome.Refused refused => new ProblemResult(new ApiProblem(refused.IsConflict ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity, refused.Code, refused.Reason)),
        _ => throw Unknown(),
    };

    private static KeyActor Actor(HttpContext context)
    {
        var caller = context.Caller();
        return new KeyActor(caller.UserId, caller.ActorId, caller.IsAdministrator);
    }

    // A thumbprint; what has not its form names nothing.
    private static string Kid(HttpContext context) =>
        context.GetRouteValue("kid") is string { Length: 43 } kid && StrictBase64Url.TryDecode(kid, out _) ? kid : throw Unknown();

    private static DateTimeOffset? Time(string? text, string name)
    {
        if (text is null)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year is >= 1970 and <= 9998
            ? at.ToUniversalTime()
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "key.time", $"'{name}' is an instant such as 2026-01-31T12:00:00Z.");
    }

    private static ApiProblemException Refused(SignatureFault fault) => new(StatusCodes.Status422UnprocessableEntity, fault.Code, fault.Reason);

    private static ApiProblemException Unknown() =>
        new(StatusCodes.Status404NotFound, "key.unknown", "The registry has no such key, or it is not yours. GET /api/v1/keys lists all.");

    private sealed record KeyBody(JsonElement? Jwk, string? Pem, string? Algorithm, string? Name, string? NotBefore, string? NotAfter, JsonElement? Proof, bool? Vouched);

    private sealed record Revocation(string? Since, string? Reason)
    {
        public Revocation()
            : this(null, null)
        {
        }
    }
}
