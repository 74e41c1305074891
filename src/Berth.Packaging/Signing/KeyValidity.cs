namespace Berth.Packaging.Signing;

/// <summary>When a key's signatures count. What was signed while the key was in force stays valid after its end.</summary>
/// <param name="NotBefore">From then on.</param>
/// <param name="NotAfter">Until then; <see langword="null"/> without an end.</param>
/// <param name="RetiredAt">When its owner put it away.</param>
/// <param name="RevokedSince">From when on it may have been in other hands.</param>
public sealed record KeyValidity(DateTimeOffset NotBefore, DateTimeOffset? NotAfter = null, DateTimeOffset? RetiredAt = null, DateTimeOffset? RevokedSince = null)
{
    /// <summary>Without any bounds, for a key that somebody trusts as it is.</summary>
    public static KeyValidity Always { get; } = new(DateTimeOffset.MinValue);

    /// <summary>Whether a signature of that time counts: <see langword="null"/>, or why not.</summary>
    /// <param name="kid">The key, for the reason.</param>
    /// <param name="at">When the signature was received by somebody who is believed; never what its author says.</param>
    public SignatureFault? Judge(string kid, DateTimeOffset at)
    {
        // Revocation first: it is the gravest, and the others must not hide it.
        if (at >= RevokedSince)
            return new(SignatureFaultCodes.KeyRevoked, $"The key '{kid}' is revoked since {RevokedSince:u}; the signature is of {at:u}. Sign again with another key.");
        if (at < NotBefore)
            return new(SignatureFaultCodes.KeyNotYetValid, $"The key '{kid}' is in force from {NotBefore:u} on; the signature is of {at:u}.");
        if (at >= NotAfter)
            return new(SignatureFaultCodes.KeyExpired, $"The key '{kid}' expired on {NotAfter:u}; the signature is of {at:u}. Sign with a key that is in force.");
        return at >= RetiredAt
            ? new(SignatureFaultCodes.KeyRetired, $"The key '{kid}' is retired since {RetiredAt:u}; the signature is of {at:u}. Sign with the key that replaced it.")
            : null;
    }
}

/// <summary>A key as a verifier's own records have it.</summary>
/// <param name="Key">The public key, bound to its algorithm.</param>
/// <param name="Validity">When its signatures count.</param>
/// <param name="IsRegistry">Whether it is the registry's own: only such keys countersign.</param>
public sealed record TrustedKey(VerificationKey Key, KeyValidity Validity, bool IsRegistry);
