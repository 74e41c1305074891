using System.Security.Cryptography;

namespace Berth.Packaging.Signing;

/// <summary>Reads keys in PEM texts.</summary>
internal static class PemReader
{
    public static KeyReading<VerificationKey> ReadPublic(string pem, SignatureAlgorithm? algorithm)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var label = Label(pem);
        if (label?.Contains("PRIVATE", StringComparison.Ordinal) == true)
            return KeyReading<VerificationKey>.No(SignatureFaultCodes.KeyPrivate, "This is a private key. Only the public part is wanted here: 'berth keys export' writes it.");
        if (label is not ("PUBLIC KEY" or "RSA PUBLIC KEY"))
            return KeyReading<VerificationKey>.No(SignatureFaultCodes.KeyForm, "The text holds no PEM block 'PUBLIC KEY'. A certificate is not a key: 'openssl x509 -pubkey' takes it out.");
        var reading = Read(pem, algorithm);
        using var key = reading.Key;
        return key is null ? new KeyReading<VerificationKey>.Refused(reading.Fault!) : new KeyReading<VerificationKey>.Accepted(key.Public);
    }

    public static KeyReading<SigningKey> ReadPrivate(string pem, SignatureAlgorithm? algorithm)
    {
        ArgumentNullException.ThrowIfNull(pem);
        return Label(pem) switch
        {
            "PRIVATE KEY" or "RSA PRIVATE KEY" or "EC PRIVATE KEY" => Read(pem, algorithm),
            "ENCRYPTED PRIVATE KEY" => KeyReading<SigningKey>.No(SignatureFaultCodes.KeyForm, "The private key is encrypted. Decrypt it first: 'openssl pkey -in FILE -out PLAIN'."),
            _ => KeyReading<SigningKey>.No(SignatureFaultCodes.KeyForm, "The text holds no PEM block 'PRIVATE KEY'."),
        };
    }

    // The object of a public key is a SigningKey that cannot sign; it never leaves this class.
    private static KeyReading<SigningKey> Read(string pem, SignatureAlgorithm? algorithm)
    {
        if (TryImport(RSA.Create(), pem) is { } rsa)
        {
            if (algorithm is null or { KeyType: "RSA" })
                return SigningKey.Of(algorithm ?? SignatureAlgorithm.RS256, rsa);
            rsa.Dispose();
            return KeyReading<SigningKey>.No(SignatureFaultCodes.KeyAlgorithm, $"{algorithm} does not go with an RSA key.");
        }

        if (TryImport(ECDsa.Create(), pem) is not { } ecdsa)
            return KeyReading<SigningKey>.No(SignatureFaultCodes.KeyType, "The PEM block is damaged, or is neither an RSA nor an EC key.");
        var curve = ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value;
        var ofCurve = SignatureAlgorithm.All.FirstOrDefault(candidate => candidate.KeyType == "EC" && candidate.Curve.Oid.Value == curve);
        if (ofCurve is not null && (algorithm ?? ofCurve) == ofCurve)
            return SigningKey.Of(ofCurve, ecdsa);
        ecdsa.Dispose();
        return ofCurve is null
            ? KeyReading<SigningKey>.No(SignatureFaultCodes.KeyType, "The EC key must be on P-256 or P-521.")
            : KeyReading<SigningKey>.No(SignatureFaultCodes.KeyAlgorithm, $"{algorithm} does not go with a key on {ofCurve.CurveName}.");
    }

    private static T? TryImport<T>(T key, string pem)
        where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    private static string? Label(string pem) => PemEncoding.TryFind(pem, out var fields) ? pem[fields.Label] : null;
}
