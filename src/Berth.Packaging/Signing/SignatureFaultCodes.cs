namespace Berth.Packaging.Signing;

/// <summary>The codes of everything that is refused about signatures and keys. Stable: clients and tests read them.</summary>
public static class SignatureFaultCodes
{
    /// <summary>The file, the token or a header in it is larger than allowed, or has too many signatures.</summary>
    public const string Size = "signature.size";

    /// <summary>Not JSON, or JSON that two parsers could read differently.</summary>
    public const string Json = "signature.json";

    /// <summary>Not the general JSON serialisation (or, of a token, not three parts).</summary>
    public const string Form = "signature.form";

    /// <summary>The file carries a payload; a detached signature has none.</summary>
    public const string Attached = "signature.attached";

    /// <summary>A signature has an unprotected header.</summary>
    public const string Unprotected = "signature.unprotected";

    /// <summary>Not base64url without padding.</summary>
    public const string Encoding = "signature.encoding";

    /// <summary>The protected header is not an acceptable JSON object, or a member of it has the wrong type.</summary>
    public const string Header = "signature.header";

    /// <summary>The algorithm is none of those allowed.</summary>
    public const string Algorithm = "signature.algorithm";

    /// <summary>The header's algorithm is not the one that the key is bound to.</summary>
    public const string AlgorithmMismatch = "signature.algorithm.mismatch";

    /// <summary>The header's type is not the expected one.</summary>
    public const string Type = "signature.type";

    /// <summary>The header demands an extension; none is known.</summary>
    public const string Critical = "signature.critical";

    /// <summary>The header brings a key or says where one is.</summary>
    public const string EmbeddedKey = "signature.key.embedded";

    /// <summary>The verifier does not know the key.</summary>
    public const string KeyUnknown = "signature.key.unknown";

    /// <summary>The signature does not have the length of its algorithm and key.</summary>
    public const string Length = "signature.length";

    /// <summary>A half of an ECDSA signature is zero or not below the curve's order.</summary>
    public const string Range = "signature.range";

    /// <summary>The signature is not one of this key over these bytes.</summary>
    public const string Wrong = "signature.wrong";

    /// <summary>The same signature stands twice in the file.</summary>
    public const string Duplicate = "signature.duplicate";

    /// <summary>A key that is not the registry's signed as the registry, or the other way round.</summary>
    public const string Role = "signature.role";

    /// <summary>The key was revoked when the signature was received.</summary>
    public const string KeyRevoked = "signature.key.revoked";

    /// <summary>The key had expired when the signature was received.</summary>
    public const string KeyExpired = "signature.key.expired";

    /// <summary>The key was retired when the signature was received.</summary>
    public const string KeyRetired = "signature.key.retired";

    /// <summary>The key was not yet in force when the signature was received.</summary>
    public const string KeyNotYetValid = "signature.key.not_yet_valid";

    /// <summary>The key is another account's.</summary>
    public const string KeyOwner = "signature.key.owner";

    /// <summary>A signature is required and there is none that counts.</summary>
    public const string Required = "signature.required";

    /// <summary>The key is not an acceptable JWK or PEM text.</summary>
    public const string KeyForm = "key.form";

    /// <summary>The key is neither RSA nor EC on P-256 or P-521.</summary>
    public const string KeyType = "key.type";

    /// <summary>The algorithm does not go with the key, or the key is meant for something else than signatures.</summary>
    public const string KeyAlgorithm = "key.algorithm";

    /// <summary>An RSA key is too small or too large.</summary>
    public const string KeySize = "key.size";

    /// <summary>A number of the key is not acceptable: the point is not on the curve, the exponent is weak, the parts contradict each other.</summary>
    public const string KeyValue = "key.value";

    /// <summary>A private key came where a public one belongs.</summary>
    public const string KeyPrivate = "key.private";
}
