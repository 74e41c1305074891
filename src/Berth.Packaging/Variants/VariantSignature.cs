using Berth.Packaging.Archive;
using Berth.Packaging.Signing;

namespace Berth.Packaging.Variants;

/// <summary>
/// The registry's signature of a variant: a detached JWS over the canonical list of its files, of a type of its own, so that
/// no author's signature ever passes as one.
/// </summary>
public static class VariantSignature
{
    /// <summary>The <c>typ</c> of the signature.</summary>
    public const string Type = "berth-variant+jws";

    /// <summary>Why the signature does not count, or <see langword="null"/> when one of the registry's keys signed, at a time when it was in force.</summary>
    /// <param name="variant">What must have been signed.</param>
    /// <param name="signature">The signature file, JSON.</param>
    /// <param name="keys">The registry's keys by <c>kid</c>, from the verifier's own records.</param>
    public static string? Fault(Package variant, string? signature, IReadOnlyDictionary<string, TrustedKey> keys)
    {
        ArgumentNullException.ThrowIfNull(variant);
        return Judge(CanonicalFileList.Create(variant), signature, keys)?.Reason;
    }

    /// <summary>The same over a canonical list that the verifier made itself, with the code of what is wrong.</summary>
    /// <param name="payload"><see cref="CanonicalFileList"/> of the variant.</param>
    /// <param name="signature">The signature file, JSON.</param>
    /// <param name="keys">The registry's keys by <c>kid</c>, from the verifier's own records.</param>
    public static SignatureFault? Judge(byte[] payload, string? signature, IReadOnlyDictionary<string, TrustedKey> keys)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(keys);
        if (signature is null)
            return new SignatureFault(SignatureFaultCodes.Required, "The variant is not signed.");
        var reading = SignatureFile.Read(signature);
        if (reading.File is not { } file)
            return reading.Fault;
        SignatureFault? why = null;
        foreach (var one in file.Signatures)
        {
            var signedAt = one.Header.SignedAt;
            why = one.Verify(payload, Type, kid => keys.GetValueOrDefault(kid) is { IsRegistry: true } key ? key.Key : null) switch
            {
                SignatureVerdict.Refused refused => refused.Why,
                _ when signedAt is null => new SignatureFault(SignatureFaultCodes.Header, "The signature does not say when it was made."),
                _ => keys[one.Header.Kid].Validity.Judge(one.Header.Kid, signedAt.Value),
            };
            if (why is null)
                return null;
        }

        return why;
    }
}
