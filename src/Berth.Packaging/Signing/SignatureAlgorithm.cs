using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Berth.Packaging.Signing;

/// <summary>One of the four signature algorithms that Berth knows (RFC 7518 section 3.1). There is no other, and never <c>none</c>.</summary>
public sealed class SignatureAlgorithm
{
    private SignatureAlgorithm(string name, string keyType, HashAlgorithmName hash, string? curve, int coordinateLength, string? order)
    {
        Name = name;
        KeyType = keyType;
        Hash = hash;
        CurveName = curve;
        CoordinateLength = coordinateLength;
        Order = order is null ? BigInteger.Zero : BigInteger.Parse("0" + order, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    public static SignatureAlgorithm RS256 { get; } = new("RS256", "RSA", HashAlgorithmName.SHA256, null, 0, null);

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-512.</summary>
    public static SignatureAlgorithm RS512 { get; } = new("RS512", "RSA", HashAlgorithmName.SHA512, null, 0, null);

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    public static SignatureAlgorithm ES256 { get; } = new(
        "ES256", "EC", HashAlgorithmName.SHA256, "P-256", 32, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    /// <summary>ECDSA on P-521 (not 512) with SHA-512.</summary>
    public static SignatureAlgorithm ES512 { get; } = new(
        "ES512", "EC", HashAlgorithmName.SHA512, "P-521", 66,
        "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409");

    /// <summary>All four.</summary>
    public static IReadOnlyList<SignatureAlgorithm> All { get; } = [RS256, RS512, ES256, ES512];

    /// <summary>The name in the header: <c>RS256</c>, <c>RS512</c>, <c>ES256</c> or <c>ES512</c>.</summary>
    public string Name { get; }

    /// <summary>The JWK's <c>kty</c>: <c>RSA</c> or <c>EC</c>.</summary>
    public string KeyType { get; }

    internal HashAlgorithmName Hash { get; }

    /// <summary>The JWK's <c>crv</c>, for EC.</summary>
    internal string? CurveName { get; }

    /// <summary>Bytes of a coordinate, and of each half of a signature.</summary>
    internal int CoordinateLength { get; }

    /// <summary>The order of the curve's base point; FIPS 186-5, SP 800-186.</summary>
    internal BigInteger Order { get; }

    internal ECCurve Curve => CurveName == "P-256" ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP521;

    /// <summary>The algorithm of that name, case-sensitive, or <see langword="null"/>.</summary>
    public static SignatureAlgorithm? Find(string? name) => All.FirstOrDefault(algorithm => algorithm.Name == name);

    /// <inheritdoc />
    public override string ToString() => Name;
}
