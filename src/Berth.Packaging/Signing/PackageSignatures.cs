namespace Berth.Packaging.Signing;

/// <summary>One signature of a package and what is to be said about it.</summary>
/// <param name="Signature">The signature.</param>
/// <param name="At">The time by which its key was judged.</param>
/// <param name="Fault">Why it does not count; <see langword="null"/> when it does.</param>
public sealed record JudgedSignature(DetachedSignature Signature, DateTimeOffset At, SignatureFault? Fault)
{
    /// <summary>One of <see cref="SignatureRole"/>.</summary>
    public string Role => Signature.Header.Role;
}

/// <summary>Judges all signatures of a package: the bytes, the keys, and whether the keys were in force at the time that counts.</summary>
public static class PackageSignatures
{
    /// <summary>Judges a signature file.</summary>
    /// <remarks>
    /// A countersignature counts at the time that the registry wrote into it. An author's signature counts at the time of the
    /// earliest good countersignature that has seen it; without one, its key must be in force at <paramref name="otherwise"/>.
    /// What an author says about the time is never believed: who steals a key that has expired could say anything.
    /// </remarks>
    /// <param name="file">The signatures.</param>
    /// <param name="payload"><see cref="Archive.CanonicalFileList"/>.</param>
    /// <param name="keyOf">The verifier's records.</param>
    /// <param name="otherwise">When signatures that no countersignature dates are taken to have been made: when they were received, or now.</param>
    public static IReadOnlyList<JudgedSignature> Judge(SignatureFile file, ReadOnlySpan<byte> payload, Func<string, TrustedKey?> keyOf, DateTimeOffset otherwise)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(keyOf);
        var verdicts = file.Verify(payload, DetachedSignature.FilesType, kid => keyOf(kid)?.Key);
        var judged = new JudgedSignature[verdicts.Count];
        var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        for (var i = 0; i < verdicts.Count; i++)
        {
            if (file.Signatures[i].Header.Role != SignatureRole.Registry)
                continue;
            judged[i] = JudgeCountersignature(file.Signatures[i], verdicts[i], keyOf, otherwise);
            if (judged[i].Fault is null)
                Remember(seen, judged[i]);
        }

        for (var i = 0; i < verdicts.Count; i++)
            judged[i] ??= JudgeAuthor(file.Signatures[i], verdicts[i], keyOf, seen.GetValueOrDefault(file.Signatures[i].Digest, otherwise));
        return judged;
    }

    private static JudgedSignature JudgeCountersignature(DetachedSignature signature, SignatureVerdict verdict, Func<string, TrustedKey?> keyOf, DateTimeOffset otherwise)
    {
        if (verdict is not SignatureVerdict.Valid)
            return new(signature, otherwise, verdict.Fault);
        var key = keyOf(signature.Header.Kid)!;
        if (!key.IsRegistry)
            return new(signature, otherwise, new(SignatureFaultCodes.Role, $"The key '{signature.Header.Kid}' is not the registry's and may not countersign. Leave 'role' out."));
        return signature.Header.SignedAt is { } at
            ? new(signature, at, key.Validity.Judge(signature.Header.Kid, at))
            : new(signature, otherwise, new(SignatureFaultCodes.Header, "A countersignature says when it was made ('iat'); this one does not."));
    }

    private static JudgedSignature JudgeAuthor(DetachedSignature signature, SignatureVerdict verdict, Func<string, TrustedKey?> keyOf, DateTimeOffset at)
    {
        if (verdict is not SignatureVerdict.Valid)
            return new(signature, at, verdict.Fault);
        var key = keyOf(signature.Header.Kid)!;
        return new(signature, at, key.IsRegistry
            ? new SignatureFault(SignatureFaultCodes.Role, $"The key '{signature.Header.Kid}' is the registry's, which signs as 'registry' only.")
            : key.Validity.Judge(signature.Header.Kid, at));
    }

    private static void Remember(Dictionary<string, DateTimeOffset> seen, JudgedSignature countersignature)
    {
        foreach (var digest in countersignature.Signature.Header.Seen)
        {
            if (!seen.TryGetValue(digest, out var known) || countersignature.At < known)
                seen[digest] = countersignature.At;
        }
    }
}
