using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Berth.Packaging.Signing;

/// <summary>A public key that is bound to one algorithm. Immutable; may be used by many threads.</summary>
public sealed class VerificationKey
{
    private readonly RSAParameters _rsa;
    private readonly ECPoint _point;

    private VerificationKey(SignatureAlgorithm algorithm, RSAParameters rsa, ECPoint point)
    {
        Algorithm = algorithm;
        _rsa = rsa;
        _point = point;
        Thumbprint = StrictBase64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(RequiredMembers())));
    }

    /// <summary>The only algorithm this key is good for.</summary>
    public SignatureAlgorithm Algorithm { get; }

    /// <summary>RFC 7638 with SHA-256, base64url: 43 characters. Berth's own keys have it as their <c>kid</c>.</summary>
    public string Thumbprint { get; }

    /// <summary>Bits of the modulus or of the curve.</summary>
    public int Bits => Algorithm.KeyType == "RSA" ? _rsa.Modulus!.Length * 8 : Algorithm == SignatureAlgorithm.ES256 ? 256 : 521;

    /// <summary>The public key as a JWK: the required members, <c>alg</c>, <c>kid</c> (the thumbprint) and <c>use</c>.</summary>
    public string ToJwk() => $"{RequiredMembers()[..^1]},\"alg\":\"{Algorithm.Name}\",\"kid\":\"{Thumbprint}\",\"use\":\"sig\"}}";

    /// <summary>The public key as PEM (<c>BEGIN PUBLIC KEY</c>).</summary>
    public string ToPem()
    {
        using AsymmetricAlgorithm key = Algorithm.KeyType == "RSA" ? RSA.Create(_rsa) : ECDsa.Create(new ECParameters { Curve = Algorithm.Curve, Q = _point });
        return key.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>Reads a public JWK. One with private members is refused, so that nobody hands out a private key by mistake.</summary>
    /// <param name="utf8">JSON text.</param>
    /// <param name="algorithm">The algorithm to bind the key to; otherwise the JWK's own <c>alg</c>, or <c>RS256</c> for RSA, or the curve's.</param>
    public static KeyReading<VerificationKey> FromJwk(ReadOnlyMemory<byte> utf8, SignatureAlgorithm? algorithm = null) =>
        utf8.Length > JwkReader.MaxBytes
            ? KeyReading<VerificationKey>.No(SignatureFaultCodes.KeyForm, $"The key is larger than {JwkReader.MaxBytes} bytes.")
            : StrictJson.Parse(utf8, out var fault) is { } json ? JwkReader.ReadPublic(json, algorithm) : KeyReading<VerificationKey>.No(SignatureFaultCodes.KeyForm, fault!);

    /// <summary>Reads a public JWK.</summary>
    public static KeyReading<VerificationKey> FromJwk(JsonElement jwk, SignatureAlgorithm? algorithm = null) => JwkReader.ReadPublic(jwk, algorithm);

    /// <summary>Reads a PEM text: <c>PUBLIC KEY</c> or <c>RSA PUBLIC KEY</c>.</summary>
    public static KeyReading<VerificationKey> FromPem(string pem, SignatureAlgorithm? algorithm = null) => PemReader.ReadPublic(pem, algorithm);

    /// <summary>Whether the signature is this key's over the bytes.</summary>
    /// <returns><see langword="null"/> when it is; otherwise why not.</returns>
    public SignatureFault? Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        Algorithm.KeyType == "RSA" ? VerifyRsa(data, signature) : VerifyEcdsa(data, signature);

    /// <summary>The same RSA key for the other RSA algorithm; <see langword="null"/> when the algorithm is not one of the key's type.</summary>
    internal VerificationKey? BoundTo(SignatureAlgorithm algorithm) =>
        algorithm == Algorithm ? this : algorithm.KeyType == "RSA" && Algorithm.KeyType == "RSA" ? new VerificationKey(algorithm, _rsa, default) : null;

    internal static KeyReading<VerificationKey> Create(SignatureAlgorithm algorithm, RSAParameters rsa) =>
        KeyMaterial.CheckRsa(rsa.Modulus, rsa.Exponent) is { } fault
            ? new KeyReading<VerificationKey>.Refused(fault)
            : new KeyReading<VerificationKey>.Accepted(new(algorithm, new RSAParameters { Modulus = rsa.Modulus, Exponent = rsa.Exponent }, default));

    internal static KeyReading<VerificationKey> Create(SignatureAlgorithm algorithm, ECPoint point) =>
        KeyMaterial.CheckPoint(algorithm, point) is { } fault
            ? new KeyReading<VerificationKey>.Refused(fault)
            : new KeyReading<VerificationKey>.Accepted(new(algorithm, default, point));

    private SignatureFault? VerifyRsa(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != _rsa.Modulus!.Length)
            return WrongLength(signature.Length, _rsa.Modulus.Length);
        using var rsa = RSA.Create(_rsa);
        return Judged(rsa.VerifyData(data, signature, Algorithm.Hash, RSASignaturePadding.Pkcs1));
    }

    private SignatureFault? VerifyEcdsa(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var half = Algorithm.CoordinateLength;
        if (signature.Length != 2 * half)
            return WrongLength(signature.Length, 2 * half);
        if (!IsInRange(signature[..half]) || !IsInRange(signature[half..]))
            return new(SignatureFaultCodes.Range, "A half of the signature is zero or not below the curve's order. Sign again.");
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = Algorithm.Curve, Q = _point });
        return Judged(ecdsa.VerifyData(data, signature, Algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    private bool IsInRange(ReadOnlySpan<byte> half)
    {
        var value = new BigInteger(half, isUnsigned: true, isBigEndian: true);
        return !value.IsZero && value < Algorithm.Order;
    }

    private static SignatureFault? Judged(bool isValid) => isValid
        ? null
        : new(SignatureFaultCodes.Wrong, "The signature does not belong to this key and these bytes. Either was changed, or somebody else signed.");

    private SignatureFault WrongLength(int actual, int expected) =>
        new(SignatureFaultCodes.Length, $"The signature has {actual} bytes; {Algorithm.Name} with this key has {expected}. ECDSA signatures are the two raw numbers, not DER.");

    // RFC 7638 section 3: the required members in the order of their names, no white space. All values are base64url or ASCII names.
    private string RequiredMembers() => Algorithm.KeyType == "RSA"
        ? $"{{\"e\":\"{StrictBase64Url.Encode(_rsa.Exponent)}\",\"kty\":\"RSA\",\"n\":\"{StrictBase64Url.Encode(_rsa.Modulus)}\"}}"
        : $"{{\"crv\":\"{Algorithm.CurveName}\",\"kty\":\"EC\",\"x\":\"{StrictBase64Url.Encode(_point.X)}\",\"y\":\"{StrictBase64Url.Encode(_point.Y)}\"}}";
}
