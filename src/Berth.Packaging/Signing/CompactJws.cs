namespace Berth.Packaging.Signing;

/// <summary>
/// Verifies the compact serialisation (RFC 7515 section 7.1), as identity tokens of build services have it. Says who signed which
/// bytes; the claims in them (issuer, audience, expiry, …) are the caller's to judge.
/// </summary>
public static class CompactJws
{
    /// <summary>Longest token that is read.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Verifies a token with the keys of its issuer.</summary>
    /// <param name="token">Three base64url parts.</param>
    /// <param name="keys">The issuer's keys; the header's <c>kid</c> chooses.</param>
    /// <param name="allowed">Algorithms the caller accepts.</param>
    /// <param name="type">What <c>typ</c> must be, without regard to case; <see langword="null"/> when it does not matter.</param>
    public static CompactVerdict Verify(string token, JsonWebKeySet keys, IReadOnlyCollection<SignatureAlgorithm> allowed, string? type = null)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(allowed);
        if (token.Length > MaxLength)
            return No(SignatureFaultCodes.Size, $"The token is longer than {MaxLength} characters.");
        if (token.Split('.') is not [var protectedHeader, var payload, var signature])
            return No(SignatureFaultCodes.Form, "The token does not have the three parts of a signed token.");
        if (JwsHeaderReader.Read(protectedHeader, out var fault) is not { } header)
            return new CompactVerdict.Refused(fault!);
        if (!allowed.Contains(header.Algorithm))
            return No(SignatureFaultCodes.Algorithm, $"Tokens signed with {header.Algorithm} are not accepted here.");
        if (type is not null && !string.Equals(header.Type, type, StringComparison.OrdinalIgnoreCase))
            return No(SignatureFaultCodes.Type, $"The token's 'typ' must be '{type}'.");
        if (Key(keys, header) is not { } key)
            return No(SignatureFaultCodes.KeyUnknown, "The issuer's keys do not have the one that the token names.");
        if (key.Algorithm != header.Algorithm)
            return No(SignatureFaultCodes.AlgorithmMismatch, $"The token's key is bound to {key.Algorithm}; the token says {header.Algorithm}.");
        if (!StrictBase64Url.TryDecode(payload, out var content) || !StrictBase64Url.TryDecode(signature, out var bytes))
            return No(SignatureFaultCodes.Encoding, "A part of the token is not base64url without padding.");
        return key.Verify(DetachedSignature.SigningInput(protectedHeader, content), bytes) is { } wrong
            ? new CompactVerdict.Refused(wrong)
            : new CompactVerdict.Valid(header, content);
    }

    // A key that its issuer bound to no algorithm is good for both RSA ones, which differ in the hash alone.
    private static VerificationKey? Key(JsonWebKeySet keys, JwsHeader header) =>
        keys.Keys.GetValueOrDefault(header.Kid) is not { } key ? null
        : key.Algorithm.KeyType == header.Algorithm.KeyType && keys.FreeOfAlgorithm.Contains(header.Kid) && key.BoundTo(header.Algorithm) is { } bound ? bound
        : key;

    private static CompactVerdict.Refused No(string code, string reason) => new(new SignatureFault(code, reason));
}

/// <summary>What <see cref="CompactJws"/> says about a token.</summary>
public abstract record CompactVerdict
{
    private CompactVerdict()
    {
    }

    /// <summary>Why it is refused, or <see langword="null"/>.</summary>
    public SignatureFault? Fault => (this as Refused)?.Why;

    /// <summary>A key of the set signed these bytes.</summary>
    /// <param name="Header">The protected header.</param>
    /// <param name="Payload">What was signed; read it with <see cref="StrictJson"/>.</param>
    public sealed record Valid(JwsHeader Header, ReadOnlyMemory<byte> Payload) : CompactVerdict;

    /// <summary>It proves nothing.</summary>
    public sealed record Refused(SignatureFault Why) : CompactVerdict;
}
