using System.Numerics;
using System.Security.Cryptography;

namespace Berth.Packaging.Signing;

/// <summary>Which numbers may be a key.</summary>
internal static class KeyMaterial
{
    public const int LeastRsaBits = 2048;
    public const int MostRsaBits = 8192;

    /// <summary>Judges an RSA public key: modulus big enough and no bigger than worth the time, exponent odd, from 65,537 to 32 bits.</summary>
    public static SignatureFault? CheckRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        if (modulus.IsEmpty || exponent.IsEmpty || modulus[0] == 0 || exponent[0] == 0)
            return new(SignatureFaultCodes.KeyForm, "A number of the RSA key is empty or starts with a zero byte (RFC 7518, section 2). Export the key again.");
        var n = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        var bits = n.GetBitLength();
        if (bits is < LeastRsaBits or > MostRsaBits)
            return new(SignatureFaultCodes.KeySize, $"The RSA key has {bits} bits; {LeastRsaBits} to {MostRsaBits} are accepted. Make a new key with 'berth keys new'.");
        var e = new BigInteger(exponent, isUnsigned: true, isBigEndian: true);
        return n.IsEven || e.IsEven || e < 65537 || e.GetBitLength() > 32
            ? new(SignatureFaultCodes.KeyValue, "The RSA key's modulus or exponent is even, or its exponent is not between 65,537 and 32 bits. Make a new key with 'berth keys new'.")
            : null;
    }

    /// <summary>Judges an EC point: both coordinates whole, on the curve (the framework refuses others when it imports them).</summary>
    public static SignatureFault? CheckPoint(SignatureAlgorithm algorithm, ECPoint point)
    {
        if (point.X?.Length != algorithm.CoordinateLength || point.Y?.Length != algorithm.CoordinateLength)
            return new(SignatureFaultCodes.KeyForm, $"The coordinates of a key on {algorithm.CurveName} have {algorithm.CoordinateLength} bytes each, leading zeros included.");
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = algorithm.Curve, Q = point });
            // Some providers import lazily: exporting makes them look at the point.
            key.ExportParameters(includePrivateParameters: false);
            return null;
        }
        catch (CryptographicException)
        {
            return new(SignatureFaultCodes.KeyValue, $"The point is not on the curve {algorithm.CurveName}. Export the key again.");
        }
    }
}
