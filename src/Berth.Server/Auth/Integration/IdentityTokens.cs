using System.Text.Json;
using Berth.Packaging.Signing;
using Berth.Registry.Publishing.Bindings;
using Berth.Server.Problems;

namespace Berth.Server.Auth.Integration;

/// <summary>Verifies identity tokens of continuous integration (OpenID Connect): who signed, for whom, until when, and what for.</summary>
internal sealed class IdentityTokens(IssuerKeys issuers, TimeProvider time)
{
    /// <summary>How far clocks may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);

    /// <summary>What a token says, once all of it is true.</summary>
    /// <exception cref="ApiProblemException">It proves nothing; the problem says why.</exception>
    public async Task<IntegrationIdentity> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        var issuer = IssuerOf(token);
        if (issuer is null || !issuers.Knows(issuer))
            throw Refused("its issuer is not one that this registry trusts");
        var verdict = CompactJws.Verify(token, await issuers.OfAsync(issuer, isNewKeyNeeded: false, cancellationToken), SignatureAlgorithm.All);
        // The issuer may have a new key since its keys were read.
        if (verdict.Fault?.Code == SignatureFaultCodes.KeyUnknown)
            verdict = CompactJws.Verify(token, await issuers.OfAsync(issuer, isNewKeyNeeded: true, cancellationToken), SignatureAlgorithm.All);
        if (verdict is not CompactVerdict.Valid valid)
            throw Refused(verdict.Fault!.Reason);
        if (StrictJson.Parse(valid.Payload, out _) is not { ValueKind: JsonValueKind.Object } claims || IdentityClaims.Text(claims, "iss") != issuer)
            throw Refused("its claims cannot be read");

        CheckTimes(claims);
        if (IdentityClaims.Text(claims, "jti") is not { Length: <= 512 } id)
            throw Refused("it has no 'jti', so that nobody could tell whether it was used before");
        var (repository, workflow) = IdentityClaims.Origin(claims) ?? throw Refused("it does not name repository and workflow as GitHub Actions or GitLab CI do");
        return new IntegrationIdentity(
            issuer, Audiences(claims), id, repository, workflow, IdentityClaims.Text(claims, "environment"), IdentityClaims.Provenance(claims));
    }

    private void CheckTimes(JsonElement claims)
    {
        var now = time.GetUtcNow();
        if (Instant(claims, "exp") is not { } expires || Instant(claims, "iat") is not { } issued)
            throw Refused("it has no 'exp' or no 'iat'");
        if (expires + Skew <= now)
            throw Refused("it has expired");
        if (issued - Skew > now || (claims.TryGetProperty("nbf", out _) && (Instant(claims, "nbf") is not { } begins || begins - Skew > now)))
            throw Refused("it is not valid yet; look at the clocks of both machines");
        if (expires - issued > LongestLife)
            throw Refused("it lives longer than a day");
    }

    /// <summary>Who it claims to be from, to know whose keys to verify it with; believed only afterwards.</summary>
    private static string? IssuerOf(string token) =>
        token.Length <= CompactJws.MaxLength && token.Split('.') is [_, var payload, _] && StrictBase64Url.TryDecode(payload, out var bytes)
        && StrictJson.Parse(bytes, out _) is { ValueKind: JsonValueKind.Object } claims
            ? IdentityClaims.Text(claims, "iss") : null;

    private static IReadOnlyList<string> Audiences(JsonElement claims) => !claims.TryGetProperty("aud", out var audience) ? []
        : audience.ValueKind == JsonValueKind.String ? [audience.GetString()!]
        : audience.ValueKind == JsonValueKind.Array ? [.. audience.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)]
        : [];

    private static DateTimeOffset? Instant(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is > 0 and < 100_000_000_000
            ? DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds) : null;

    private static ApiProblemException Refused(string why) => new(StatusCodes.Status401Unauthorized, "oidc.token", $"The identity token is refused: {why.TrimEnd('.')}.");
}
