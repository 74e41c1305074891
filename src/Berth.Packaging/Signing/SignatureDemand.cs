namespace Berth.Packaging.Signing;

/// <summary>What a host decides about a package by its signatures, when it takes the package in and each time it loads it.</summary>
public static class SignatureDemand
{
    // The registry's key went out of use around that time; then its word does not count, and nothing is forged.
    private static readonly string[] Lapsed = [SignatureFaultCodes.KeyRevoked, SignatureFaultCodes.KeyExpired, SignatureFaultCodes.KeyRetired, SignatureFaultCodes.KeyNotYetValid];

    /// <summary>Whether the package may be used: <see langword="null"/>, or why not.</summary>
    /// <param name="signatures">The signature file's text; <see langword="null"/> or empty when there is none.</param>
    /// <param name="payload"><see cref="Archive.CanonicalFileList"/>, computed from the very digests that are checked; called only when there is something to verify.</param>
    /// <param name="keys">The keys the host trusts, by <c>kid</c>. A host that knows none cannot judge and takes signatures for absent.</param>
    /// <param name="required">Who must have signed.</param>
    /// <param name="now">For signatures that no countersignature dates.</param>
    public static SignatureFault? Judge(string? signatures, Func<byte[]> payload, IReadOnlyDictionary<string, TrustedKey> keys, RequiredSigners required, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(keys);
        if (string.IsNullOrEmpty(signatures) || keys.Count == 0)
            return Missing(required, []);
        var reading = SignatureFile.Read(signatures);
        if (reading.File is not { } file)
            return reading.Fault;
        var judged = PackageSignatures.Judge(file, payload(), kid => keys.GetValueOrDefault(kid), now);
        var broken = judged.FirstOrDefault(one => one.Fault is { } fault && !(one.Role == SignatureRole.Registry && Lapsed.Contains(fault.Code)));
        return broken?.Fault ?? Missing(required, judged);
    }

    private static SignatureFault? Missing(RequiredSigners required, IReadOnlyList<JudgedSignature> judged) =>
        required.HasFlag(RequiredSigners.Author) && !IsBy(SignatureRole.Author, judged)
            ? new(SignatureFaultCodes.Required, "This host takes packages of this trust level only with a signature of their author that it can verify. Ask the publisher to sign it.")
        : required.HasFlag(RequiredSigners.Registry) && !IsBy(SignatureRole.Registry, judged)
            ? new(SignatureFaultCodes.Required, "This host takes packages of this trust level only with the registry's countersignature, by a key of the registry that it trusts and that was in force then. Ask the registry's operator.")
        : null;

    private static bool IsBy(string role, IReadOnlyList<JudgedSignature> judged) => judged.Any(one => one.Role == role && one.Fault is null);
}
