using System.Security.Cryptography;
using System.Text.Json;

namespace Berth.Packaging.Signing;

/// <summary>A private key that is bound to one algorithm. Disposing forgets it. Use by one thread at a time.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ecdsa;

    private SigningKey(VerificationKey publicKey, RSA? rsa, ECDsa? ecdsa)
    {
        Public = publicKey;
        _rsa = rsa;
        _ecdsa = ecdsa;
    }

    /// <summary>The public part.</summary>
    public VerificationKey Public { get; }

    /// <summary>Makes a new key.</summary>
    /// <param name="algorithm">What it is for.</param>
    /// <param name="rsaBits">Size of an RSA modulus.</param>
    public static SigningKey Create(SignatureAlgorithm algorithm, int rsaBits = 3072)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (algorithm.KeyType == "EC")
            return Of(algorithm, ECDsa.Create(algorithm.Curve)).Key!;
        ArgumentOutOfRangeException.ThrowIfLessThan(rsaBits, KeyMaterial.LeastRsaBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rsaBits, KeyMaterial.MostRsaBits);
        return Of(algorithm, RSA.Create(rsaBits)).Key!;
    }

    /// <summary>Reads a private JWK (RSA with all its parts, or EC).</summary>
    public static KeyReading<SigningKey> FromJwk(ReadOnlyMemory<byte> utf8, SignatureAlgorithm? algorithm = null) =>
        utf8.Length > JwkReader.MaxBytes
            ? KeyReading<SigningKey>.No(SignatureFaultCodes.KeyForm, $"The key is larger than {JwkReader.MaxBytes} bytes.")
            : StrictJson.Parse(utf8, out var fault) is { } json ? FromJwk(json, algorithm) : KeyReading<SigningKey>.No(SignatureFaultCodes.KeyForm, fault!);

    /// <summary>Reads a private JWK.</summary>
    public static KeyReading<SigningKey> FromJwk(JsonElement jwk, SignatureAlgorithm? algorithm = null) => JwkReader.ReadPrivate(jwk, algorithm);

    /// <summary>Reads a PEM text: <c>PRIVATE KEY</c>, <c>RSA PRIVATE KEY</c> or <c>EC PRIVATE KEY</c>, not encrypted.</summary>
    public static KeyReading<SigningKey> FromPem(string pem, SignatureAlgorithm? algorithm = null) => PemReader.ReadPrivate(pem, algorithm);

    /// <summary>The private key as PEM (<c>BEGIN PRIVATE KEY</c>, PKCS #8, not encrypted).</summary>
    public string ToPem() => ((AsymmetricAlgorithm?)_rsa ?? _ecdsa!).ExportPkcs8PrivateKeyPem();

    /// <summary>Signs the bytes: RSA as it is, ECDSA as the two raw numbers.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => _rsa is not null
        ? _rsa.SignData(data, Public.Algorithm.Hash, RSASignaturePadding.Pkcs1)
        : _ecdsa!.SignData(data, Public.Algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc />
    public void Dispose()
    {
        _rsa?.Dispose();
        _ecdsa?.Dispose();
    }

    /// <summary>Takes over the key object; disposes of it when it is refused.</summary>
    internal static KeyReading<SigningKey> Of(SignatureAlgorithm algorithm, RSA rsa)
    {
        var reading = VerificationKey.Create(algorithm, rsa.ExportParameters(includePrivateParameters: false));
        if (reading.Key is { } key)
            return new KeyReading<SigningKey>.Accepted(new SigningKey(key, rsa, null));
        rsa.Dispose();
        return new KeyReading<SigningKey>.Refused(reading.Fault!);
    }

    /// <inheritdoc cref="Of(SignatureAlgorithm, RSA)" />
    internal static KeyReading<SigningKey> Of(SignatureAlgorithm algorithm, ECDsa ecdsa)
    {
        var reading = VerificationKey.Create(algorithm, ecdsa.ExportParameters(includePrivateParameters: false).Q);
        if (reading.Key is { } key)
            return new KeyReading<SigningKey>.Accepted(new SigningKey(key, null, ecdsa));
        ecdsa.Dispose();
        return new KeyReading<SigningKey>.Refused(reading.Fault!);
    }

    internal static KeyReading<SigningKey> Import(VerificationKey key, RSAParameters parameters) => Proven(Of(key.Algorithm, RSA.Create(parameters)));

    internal static KeyReading<SigningKey> Import(VerificationKey key, ECParameters parameters) => Proven(Of(key.Algorithm, ECDsa.Create(parameters)));

    // Not every provider compares the private part with the public one; a signature does.
    private static KeyReading<SigningKey> Proven(KeyReading<SigningKey> reading)
    {
        if (reading.Key is { } key && key.Public.Verify("berth"u8, key.Sign("berth"u8)) is not null)
        {
            key.Dispose();
            return KeyReading<SigningKey>.No(SignatureFaultCodes.KeyValue, "The private part does not belong to the public part. Export the key again.");
        }

        return reading;
    }
}
