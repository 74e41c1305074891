using System.Security.Cryptography;
using System.Text.Json;

namespace Berth.Packaging.Signing;

/// <summary>Reads JSON Web Keys (RFC 7517, RFC 7518 section 6).</summary>
internal static class JwkReader
{
    public const int MaxBytes = 32 * 1024;
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    private static readonly string[] RsaParts = ["p", "q", "dp", "dq", "qi"];

    public static KeyReading<VerificationKey> ReadPublic(JsonElement jwk, SignatureAlgorithm? algorithm)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
            return No(SignatureFaultCodes.KeyForm, "A key is a JSON object (RFC 7517).");
        return PrivateMembers.Any(member => jwk.TryGetProperty(member, out _))
            ? No(SignatureFaultCodes.KeyPrivate, "This is a private or secret key. Only the public part is wanted here: 'berth keys export' writes it. If the private part left your machine, revoke the key.")
            : ReadPublicPart(jwk, algorithm);
    }

    public static KeyReading<SigningKey> ReadPrivate(JsonElement jwk, SignatureAlgorithm? algorithm)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
            return KeyReading<SigningKey>.No(SignatureFaultCodes.KeyForm, "A key is a JSON object (RFC 7517).");
        var reading = ReadPublicPart(jwk, algorithm);
        if (reading.Key is not { } key)
            return new KeyReading<SigningKey>.Refused(reading.Fault!);
        try
        {
            return Bytes(jwk, "d") is not { } d ? KeyReading<SigningKey>.No(SignatureFaultCodes.KeyForm, "The key has no private part ('d').")
                : key.Algorithm.KeyType == "EC" ? SigningKey.Import(key, new ECParameters { Curve = key.Algorithm.Curve, Q = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") }, D = d })
                : ReadRsaPrivate(jwk, key, d);
        }
        catch (CryptographicException)
        {
            return KeyReading<SigningKey>.No(SignatureFaultCodes.KeyValue, "The private part does not belong to the public part. Export the key again.");
        }
    }

    private static KeyReading<SigningKey> ReadRsaPrivate(JsonElement jwk, VerificationKey key, byte[] d)
    {
        var parts = RsaParts.Select(member => Bytes(jwk, member)).ToArray();
        if (parts.Any(part => part is null))
            return KeyReading<SigningKey>.No(SignatureFaultCodes.KeyForm, "The RSA key lacks one of 'p', 'q', 'dp', 'dq', 'qi'. Export it with all of them.");
        var modulus = Bytes(jwk, "n")!;
        // The framework wants these lengths exactly; a JWK leaves leading zeros out.
        var half = (modulus.Length + 1) / 2;
        return SigningKey.Import(key, new RSAParameters
        {
            Modulus = modulus,
            Exponent = Bytes(jwk, "e"),
            D = Padded(d, modulus.Length),
            P = Padded(parts[0]!, half),
            Q = Padded(parts[1]!, half),
            DP = Padded(parts[2]!, half),
            DQ = Padded(parts[3]!, half),
            InverseQ = Padded(parts[4]!, half),
        });
    }

    private static KeyReading<VerificationKey> ReadPublicPart(JsonElement jwk, SignatureAlgorithm? algorithm)
    {
        if (jwk.TryGetProperty("use", out var use) && (use.ValueKind != JsonValueKind.String || use.GetString() != "sig"))
            return No(SignatureFaultCodes.KeyAlgorithm, "The key is not meant for signatures ('use' is not 'sig').");
        if (jwk.TryGetProperty("key_ops", out var operations) && !AllowsVerify(operations))
            return No(SignatureFaultCodes.KeyAlgorithm, "The key is not meant for signatures ('key_ops' has neither 'verify' nor 'sign').");

        SignatureAlgorithm? own = null;
        if (jwk.TryGetProperty("alg", out var alg))
        {
            own = alg.ValueKind == JsonValueKind.String ? SignatureAlgorithm.Find(alg.GetString()) : null;
            if (own is null || (algorithm is not null && algorithm != own))
                return No(SignatureFaultCodes.KeyAlgorithm, $"The key's 'alg' must be one of {string.Join(", ", SignatureAlgorithm.All)}{(algorithm is null ? "" : $", here {algorithm}")}.");
        }

        return (algorithm ?? own, Text(jwk, "kty")) switch
        {
            (null or { KeyType: "RSA" }, "RSA") => ReadRsa(jwk, algorithm ?? own ?? SignatureAlgorithm.RS256),
            (null or { KeyType: "EC" }, "EC") => ReadEc(jwk, algorithm ?? own),
            (_, "RSA" or "EC") => No(SignatureFaultCodes.KeyAlgorithm, $"{algorithm ?? own} does not go with a key of this type."),
            _ => No(SignatureFaultCodes.KeyType, "The key's 'kty' must be RSA or EC."),
        };
    }

    private static KeyReading<VerificationKey> ReadRsa(JsonElement jwk, SignatureAlgorithm algorithm) =>
        Bytes(jwk, "n") is { } n && Bytes(jwk, "e") is { } e
            ? VerificationKey.Create(algorithm, new RSAParameters { Modulus = n, Exponent = e })
            : No(SignatureFaultCodes.KeyForm, "An RSA key has 'n' and 'e', in base64url without padding.");

    private static KeyReading<VerificationKey> ReadEc(JsonElement jwk, SignatureAlgorithm? algorithm)
    {
        var curve = Text(jwk, "crv");
        var ofCurve = SignatureAlgorithm.All.FirstOrDefault(candidate => candidate.CurveName is not null && candidate.CurveName == curve);
        if (ofCurve is null)
            return No(SignatureFaultCodes.KeyType, "The key's 'crv' must be P-256 or P-521.");
        if (algorithm is not null && algorithm != ofCurve)
            return No(SignatureFaultCodes.KeyAlgorithm, $"{algorithm} does not go with a key on {curve}.");
        return Bytes(jwk, "x") is { } x && Bytes(jwk, "y") is { } y
            ? VerificationKey.Create(ofCurve, new ECPoint { X = x, Y = y })
            : No(SignatureFaultCodes.KeyForm, "An EC key has 'x' and 'y', in base64url without padding.");
    }

    private static bool AllowsVerify(JsonElement operations) =>
        operations.ValueKind == JsonValueKind.Array
        && operations.EnumerateArray().Any(operation => operation.ValueKind == JsonValueKind.String && operation.GetString() is "verify" or "sign");

    private static string? Text(JsonElement jwk, string member) =>
        jwk.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Bytes(JsonElement jwk, string member) =>
        Text(jwk, member) is { Length: > 0 } text && StrictBase64Url.TryDecode(text, out var bytes) ? bytes : null;

    private static byte[] Padded(byte[] value, int length)
    {
        if (value.Length > length)
            throw new CryptographicException();
        var padded = new byte[length];
        value.CopyTo(padded, length - value.Length);
        return padded;
    }

    private static KeyReading<VerificationKey> No(string code, string reason) => KeyReading<VerificationKey>.No(code, reason);
}
