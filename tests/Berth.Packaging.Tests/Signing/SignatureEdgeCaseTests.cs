using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Berth.Packaging.Signing;
using static Berth.Packaging.Tests.Signing.Forge;
using Codes = Berth.Packaging.Signing.SignatureFaultCodes;

namespace Berth.Packaging.Tests.Signing;

/// <summary>The list of docs/signing.md: every way to get a signature past a careless verifier, with the code that stops it.</summary>
public sealed class SignatureEdgeCaseTests
{
    private static readonly SigningKey Rsa = TestKeys.Rs256;
    private static readonly SigningKey Ec = TestKeys.Es256;
    private static readonly SigningKey Ec521 = TestKeys.Es512;

    // A key that the verifier does not know.
    private static readonly SigningKey Other = SigningKey.Create(SignatureAlgorithm.ES256);

    /// <summary>Name → (file, code). The names are the rows of the page.</summary>
    internal static IReadOnlyDictionary<string, (string File, string Code)> All { get; } = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        // The numbers of the signature.
        ["ES256: r is zero"] = (Of(Ec, s => Halves(s, r: 0)), Codes.Range),
        ["ES256: s is zero"] = (Of(Ec, s => Halves(s, s: 0)), Codes.Range),
        ["ES256: r and s are zero"] = (Of(Ec, s => Halves(s, r: 0, s: 0)), Codes.Range),
        ["ES256: r is the order"] = (Of(Ec, s => Halves(s, r: Ec.Public.Algorithm.Order)), Codes.Range),
        ["ES256: s is the order"] = (Of(Ec, s => Halves(s, s: Ec.Public.Algorithm.Order)), Codes.Range),
        ["ES256: r is one too much (r + n)"] = (Of(Ec, s => Halves(s, r: (BigInteger.One << 256) - 1)), Codes.Range),
        ["ES256: r and s are one"] = (Of(Ec, s => Halves(s, r: 1, s: 1)), Codes.Wrong),
        ["ES256: s is n - 1"] = (Of(Ec, s => Halves(s, s: Ec.Public.Algorithm.Order - 1)), Codes.Wrong),
        ["ES256: r and s swapped"] = (Of(Ec, s => [.. s[32..], .. s[..32]]), Codes.Wrong),
        ["ES512: r is zero"] = (Of(Ec521, s => Halves(s, r: 0)), Codes.Range),
        ["ES512: s is zero"] = (Of(Ec521, s => Halves(s, s: 0)), Codes.Range),
        ["ES512: s is the order"] = (Of(Ec521, s => Halves(s, s: Ec521.Public.Algorithm.Order)), Codes.Range),
        ["ES512: all bits set"] = (Of(Ec521, s => [.. Enumerable.Repeat((byte)0xff, s.Length)]), Codes.Range),

        // Its length and form.
        ["ES256: empty"] = (Of(Ec, _ => []), Codes.Length),
        ["ES256: one byte short"] = (Of(Ec, s => s[..^1]), Codes.Length),
        ["ES256: one byte long"] = (Of(Ec, s => [.. s, 0]), Codes.Length),
        ["ES256: only r"] = (Of(Ec, s => s[..32]), Codes.Length),
        ["ES256: leading zero bytes"] = (Of(Ec, s => [0, .. s[..32], 0, .. s[32..]]), Codes.Length),
        ["ES256: DER instead of raw"] = (Entry(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Ec))), Der(Ec)).AsFile(), Codes.Length),
        ["ES512: DER instead of raw"] = (Entry(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Ec521))), Der(Ec521)).AsFile(), Codes.Length),
        ["ES512: 64 bytes a half, as if on a 512 bit curve"] = (Of(Ec521, s => [.. s[2..66], .. s[68..]]), Codes.Length),
        ["ES512: the bytes of an ES256 signature"] = (Of(Ec521, _ => RandomNumberGenerator.GetBytes(64)), Codes.Length),
        ["RS256: empty"] = (Of(Rsa, _ => []), Codes.Length),
        ["RS256: one byte short"] = (Of(Rsa, s => s[1..]), Codes.Length),
        ["RS256: a leading zero byte"] = (Of(Rsa, s => [0, .. s]), Codes.Length),
        ["RS256: zero"] = (Of(Rsa, s => new byte[s.Length]), Codes.Wrong),
        ["RS256: one"] = (Of(Rsa, s => [.. new byte[s.Length - 1], 1]), Codes.Wrong),
        ["RS256: not below the modulus"] = (Of(Rsa, s => [.. Enumerable.Repeat((byte)0xff, s.Length)]), Codes.Wrong),
        ["RS256: PSS padding"] = (Entry(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Rsa))), RsaWith(HashAlgorithmName.SHA256, RSASignaturePadding.Pss)).AsFile(), Codes.Wrong),

        // Hashes.
        ["RS256: SHA-512 inside"] = (Entry(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Rsa))), RsaWith(HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)).AsFile(), Codes.Wrong),
        ["RS256: SHA-1 inside"] = (Entry(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Rsa))), RsaWith(HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)).AsFile(), Codes.Wrong),
        ["ES512: SHA-512 cut to 256 bits"] = (Entry(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Ec521))), EcWith(Ec521, digest => digest[..32], HashAlgorithmName.SHA512)).AsFile(), Codes.Wrong),
        ["ES256: SHA-256 cut to 128 bits"] = (Entry(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Ec))), EcWith(Ec, digest => digest[..16], HashAlgorithmName.SHA256)).AsFile(), Codes.Wrong),
        ["ES256: an empty hash"] = (Entry(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Ec))), EcWith(Ec, _ => new byte[32], HashAlgorithmName.SHA256)).AsFile(), Codes.Wrong),

        // Algorithms.
        ["alg: none, no signature"] = (Entry(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Ec, alg: "none"))), "").AsFile(), Codes.Algorithm),
        ["alg: None"] = (Entry(Header(Ec, alg: "None"), Ec).AsFile(), Codes.Algorithm),
        ["alg: NONE"] = (Entry(Header(Ec, alg: "NONE"), Ec).AsFile(), Codes.Algorithm),
        ["alg: nOnE"] = (Entry(Header(Ec, alg: "nOnE"), Ec).AsFile(), Codes.Algorithm),
        ["alg: none with an escape"] = (Entry(Header(Ec, alg: "n\\u006fne"), Ec).AsFile(), Codes.Algorithm),
        ["alg: none with an invisible character"] = (Entry(Header(Ec, alg: "none\u200b"), Ec).AsFile(), Codes.Algorithm),
        ["alg: empty"] = (Entry(Header(Ec, alg: ""), Ec).AsFile(), Codes.Algorithm),
        ["alg: missing"] = (Entry($$"""{"kid":"{{Ec.Public.Thumbprint}}","typ":"berth-files+jws"}""", Ec).AsFile(), Codes.Algorithm),
        ["alg: a number"] = (Entry($$"""{"alg":256,"kid":"{{Ec.Public.Thumbprint}}","typ":"berth-files+jws"}""", Ec).AsFile(), Codes.Algorithm),
        ["alg: an array"] = (Entry($$"""{"alg":["ES256"],"kid":"{{Ec.Public.Thumbprint}}","typ":"berth-files+jws"}""", Ec).AsFile(), Codes.Algorithm),
        ["alg: es256 in small letters"] = (Entry(Header(Ec, alg: "es256"), Ec).AsFile(), Codes.Algorithm),
        ["alg: ES256 with a Cyrillic letter"] = (Entry(Header(Ec, alg: "\u0415S256"), Ec).AsFile(), Codes.Algorithm),
        ["alg: ES256 with a full-width letter"] = (Entry(Header(Ec, alg: "\uff25S256"), Ec).AsFile(), Codes.Algorithm),
        ["alg: ES256 with a space"] = (Entry(Header(Ec, alg: "ES256 "), Ec).AsFile(), Codes.Algorithm),
        ["alg: ES256 with a NUL"] = (Entry(Header(Ec, alg: "ES256\\u0000"), Ec).AsFile(), Codes.Algorithm),
        ["alg: HS256 with the public key as the secret"] = (Hmac(Rsa, Rsa.Public.ToPem()), Codes.Algorithm),
        ["alg: HS256 with the public JWK as the secret"] = (Hmac(Ec, Ec.Public.ToJwk()), Codes.Algorithm),
        ["alg: ES384"] = (Entry(Header(Ec, alg: "ES384"), Ec).AsFile(), Codes.Algorithm),
        ["alg: PS256"] = (Entry(Header(Rsa, alg: "PS256"), Rsa).AsFile(), Codes.Algorithm),
        ["alg: EdDSA"] = (Entry(Header(Ec, alg: "EdDSA"), Ec).AsFile(), Codes.Algorithm),
        ["alg: RS256 named with an EC key"] = (Entry(Header(Ec, alg: "RS256"), Ec).AsFile(), Codes.AlgorithmMismatch),
        ["alg: ES256 named with an RSA key"] = (Entry(Header(Rsa, alg: "ES256"), Rsa).AsFile(), Codes.AlgorithmMismatch),
        ["alg: RS512 named with a key bound to RS256"] = (Entry(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Rsa, alg: "RS512"))), RsaWith(HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1, "RS512")).AsFile(), Codes.AlgorithmMismatch),
        ["alg: RS256 named with a key bound to RS512"] = (Entry(Header(TestKeys.Rs512, alg: "RS256"), TestKeys.Rs512).AsFile(), Codes.AlgorithmMismatch),
        ["alg: ES512 named with a P-256 key"] = (Entry(Header(Ec, alg: "ES512"), Ec).AsFile(), Codes.AlgorithmMismatch),

        // Keys.
        ["kid: unknown"] = (Entry(Header(Ec, kid: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), Ec).AsFile(), Codes.KeyUnknown),
        ["kid: in other case"] = (Entry(Header(Ec, kid: OtherCase(Ec.Public.Thumbprint)), Ec).AsFile(), Codes.KeyUnknown),
        ["kid: with a space"] = (Entry(Header(Ec, kid: Ec.Public.Thumbprint + " "), Ec).AsFile(), Codes.KeyUnknown),
        ["kid: with an invisible character"] = (Entry(Header(Ec, kid: Ec.Public.Thumbprint + "\u200d"), Ec).AsFile(), Codes.KeyUnknown),
        ["kid: padded"] = (Entry(Header(Ec, kid: Ec.Public.Thumbprint + "="), Ec).AsFile(), Codes.KeyUnknown),
        ["kid: a path"] = (Entry(Header(Ec, kid: "../../dev/null"), Ec).AsFile(), Codes.KeyUnknown),
        ["kid: another known key's"] = (Entry(Header(Ec, kid: Other.Public.Thumbprint), Ec).AsFile(), Codes.KeyUnknown),
        ["kid: of a known key that did not sign"] = (Entry(Header(Rsa), Ec).AsFile(), Codes.Length),
        ["kid: empty"] = (Entry(Header(Ec, kid: ""), Ec).AsFile(), Codes.Header),
        ["kid: missing"] = (Entry("""{"alg":"ES256","typ":"berth-files+jws"}""", Ec).AsFile(), Codes.Header),
        ["kid: a number"] = (Entry("""{"alg":"ES256","kid":1,"typ":"berth-files+jws"}""", Ec).AsFile(), Codes.Header),
        ["kid: 257 characters"] = (Entry(Header(Ec, kid: new string('a', 257)), Ec).AsFile(), Codes.Header),
        ["jwk in the header"] = (Entry(Header(Other, $",\"jwk\":{Other.Public.ToJwk()}"), Other).AsFile(), Codes.EmbeddedKey),
        ["jwk in the header of a known key's signature"] = (Entry(Header(Ec, $",\"jwk\":{Ec.Public.ToJwk()}"), Ec).AsFile(), Codes.EmbeddedKey),
        ["jku in the header"] = (Entry(Header(Ec, ",\"jku\":\"https://example.com/keys\""), Ec).AsFile(), Codes.EmbeddedKey),
        ["x5u in the header"] = (Entry(Header(Ec, ",\"x5u\":\"https://example.com/chain\""), Ec).AsFile(), Codes.EmbeddedKey),
        ["x5c in the header"] = (Entry(Header(Ec, ",\"x5c\":[\"MIIB\"]"), Ec).AsFile(), Codes.EmbeddedKey),
        ["jwk in the header, spelled with an escape"] = (Entry(Header(Ec, ",\"jw\\u006b\":{}"), Ec).AsFile(), Codes.EmbeddedKey),

        // The rest of the header.
        ["typ: another"] = (Entry(Header(Ec, typ: "JWT"), Ec).AsFile(), Codes.Type),
        ["typ: in capitals"] = (Entry(Header(Ec, typ: "BERTH-FILES+JWS"), Ec).AsFile(), Codes.Type),
        ["typ: with the prefix application/"] = (Entry(Header(Ec, typ: "application/berth-files+jws"), Ec).AsFile(), Codes.Type),
        ["typ: missing"] = (Entry($$"""{"alg":"ES256","kid":"{{Ec.Public.Thumbprint}}"}""", Ec).AsFile(), Codes.Type),
        ["typ: null"] = (Entry($$"""{"alg":"ES256","kid":"{{Ec.Public.Thumbprint}}","typ":null}""", Ec).AsFile(), Codes.Header),
        ["crit: an extension"] = (Entry(Header(Ec, ",\"crit\":[\"exp\"],\"exp\":1"), Ec).AsFile(), Codes.Critical),
        ["crit: empty"] = (Entry(Header(Ec, ",\"crit\":[]"), Ec).AsFile(), Codes.Critical),
        ["crit: a registered name"] = (Entry(Header(Ec, ",\"crit\":[\"alg\"]"), Ec).AsFile(), Codes.Critical),
        ["b64: false, declared critical"] = (Entry(Header(Ec, ",\"crit\":[\"b64\"],\"b64\":false"), Ec).AsFile(), Codes.Critical),
        ["b64: false alone"] = (Entry(Header(Ec, ",\"b64\":false"), Ec).AsFile(), Codes.Critical),
        ["iat: a text"] = (Entry(Header(Ec, ",\"iat\":\"2026\""), Ec).AsFile(), Codes.Header),
        ["iat: negative"] = (Entry(Header(Ec, ",\"iat\":-1"), Ec).AsFile(), Codes.Header),
        ["iat: beyond every calendar"] = (Entry(Header(Ec, ",\"iat\":99999999999999"), Ec).AsFile(), Codes.Header),
        ["role: unknown"] = (Entry(Header(Ec, ",\"role\":\"admin\""), Ec).AsFile(), Codes.Header),
        ["seen: not texts"] = (Entry(Header(Ec, ",\"seen\":[1]"), Ec).AsFile(), Codes.Header),
        ["header: a member twice"] = (Entry($$"""{"alg":"none","alg":"ES256","kid":"{{Ec.Public.Thumbprint}}","typ":"berth-files+jws"}""", Ec).AsFile(), Codes.Header),
        ["header: a member twice, once escaped"] = (Entry($$"""{"alg":"ES256","\u0061lg":"none","kid":"{{Ec.Public.Thumbprint}}","typ":"berth-files+jws"}""", Ec).AsFile(), Codes.Header),
        ["header: a lone surrogate"] = (Entry(Header(Ec, ",\"x\":\"\\ud800\""), Ec).AsFile(), Codes.Header),
        ["header: not UTF-8"] = (Entry(StrictBase64Url.Encode([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]), "AAAA").AsFile(), Codes.Header),
        ["header: a byte order mark"] = (Entry("\ufeff" + Header(Ec), Ec).AsFile(), Codes.Header),
        ["header: a comment"] = (Entry(Header(Ec, "/* */"), Ec).AsFile(), Codes.Header),
        ["header: an array"] = (Entry("[]", Ec).AsFile(), Codes.Header),
        ["header: empty"] = (Entry("", "AAAA").AsFile(), Codes.Header),
        ["header: too large"] = (Entry(Header(Ec, $",\"x\":\"{new string('x', 9000)}\""), Ec).AsFile(), Codes.Size),
        ["header: nested too deep"] = (Entry(Header(Ec, $",\"x\":{new string('[', 40)}{new string(']', 40)}"), Ec).AsFile(), Codes.Header),

        // base64url.
        ["signature: padded"] = (Entry(Good, Sign(Good, Ec) + "==").AsFile(), Codes.Encoding),
        ["signature: standard alphabet"] = (Entry(Good, "ab+/").AsFile(), Codes.Encoding),
        ["signature: white space"] = (Entry(Good, Sign(Good, Ec)[..40] + " " + Sign(Good, Ec)[40..]).AsFile(), Codes.Encoding),
        ["signature: a line break"] = (Entry(Good, Sign(Good, Ec) + "\\n").AsFile(), Codes.Encoding),
        ["signature: stray low bits"] = (Entry(Good, StrayBits(Sign(Good, Ec))).AsFile(), Codes.Encoding),
        ["signature: one character too many"] = (Entry(Good, "A").AsFile(), Codes.Encoding),
        ["signature: full-width letters"] = (Entry(Good, "\uff21\uff21\uff21\uff21").AsFile(), Codes.Encoding),
        ["signature: too long"] = (Entry(Good, new string('A', 4000)).AsFile(), Codes.Encoding),
        ["protected: padded"] = (Entry(Good + "=", Sign(Good, Ec)).AsFile(), Codes.Encoding),
        ["protected: white space"] = (Entry(" " + Good, Sign(Good, Ec)).AsFile(), Codes.Encoding),

        // The file.
        ["file: empty"] = ("", Codes.Json),
        ["file: not JSON"] = ("signatures", Codes.Json),
        ["file: trailing text"] = (Entry(Good, Sign(Good, Ec)).AsFile() + "x", Codes.Json),
        ["file: an array"] = ($"[{Entry(Good, Sign(Good, Ec))}]", Codes.Form),
        ["file: no signature"] = ("""{"signatures":[]}""", Codes.Size),
        ["file: signatures is an object"] = ("""{"signatures":{}}""", Codes.Form),
        ["file: a member twice"] = ($$"""{"signatures":[],"signatures":[{{Entry(Good, Sign(Good, Ec))}}]}""", Codes.Json),
        ["file: carries the payload"] = ($$"""{"payload":"{{StrictBase64Url.Encode(Payload)}}","signatures":[{{Entry(Good, Sign(Good, Ec))}}]}""", Codes.Attached),
        ["file: carries another payload"] = ($$"""{"payload":"AAAA","signatures":[{{Entry(Good, Sign(Good, Ec))}}]}""", Codes.Attached),
        ["file: flattened serialisation"] = (Entry(Good, Sign(Good, Ec)), Codes.Form),
        ["file: compact serialisation"] = ($"{Good}..{Sign(Good, Ec)}", Codes.Json),
        ["file: an unknown member"] = ($$"""{"signatures":[{{Entry(Good, Sign(Good, Ec))}}],"x":1}""", Codes.Form),
        ["file: an unprotected header"] = ($$"""{"signatures":[{"protected":"{{Good}}","header":{"kid":"x"},"signature":"{{Sign(Good, Ec)}}"}]}""", Codes.Unprotected),
        ["file: only an unprotected header"] = ($$"""{"signatures":[{"header":{"alg":"ES256"},"signature":"{{Sign(Good, Ec)}}"}]}""", Codes.Unprotected),
        ["file: a signature without a header"] = ($$"""{"signatures":[{"signature":"{{Sign(Good, Ec)}}"}]}""", Codes.Form),
        ["file: an unknown member in a signature"] = ($$"""{"signatures":[{"protected":"{{Good}}","signature":"{{Sign(Good, Ec)}}","x":1}]}""", Codes.Form),
        ["file: protected twice in a signature"] = ($$"""{"signatures":[{"protected":"AAAA","protected":"{{Good}}","signature":"{{Sign(Good, Ec)}}"}]}""", Codes.Json),
        ["file: the same signature twice"] = (Twice(Entry(Good, Sign(Good, Ec))), Codes.Duplicate),
        ["file: 33 signatures"] = (Forge.File([.. Enumerable.Range(0, 33).Select(_ => Entry(Header(Ec), Ec))]), Codes.Size),
        ["file: too large"] = (new string(' ', SignatureFile.MaxBytes) + Entry(Good, Sign(Good, Ec)).AsFile(), Codes.Size),
        ["file: two signatures, the first broken"] = (Forge.File(Entry(Header(Rsa), Rsa, s => [.. s[..^1], (byte)(s[^1] ^ 1)]), Entry(Header(Ec), Ec)), Codes.Wrong),
        ["file: two signatures, the second broken"] = (Forge.File(Entry(Header(Ec), Ec), Entry(Header(Rsa), Rsa, s => [.. s[..^1], (byte)(s[^1] ^ 1)])), Codes.Wrong),
        ["file: two signatures, the second by an unknown key"] = (Forge.File(Entry(Header(Ec), Ec), Entry(Header(Other), Other)), Codes.KeyUnknown),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static string Good => StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Ec)));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_edge_case_is_refused(string name) => Judge(All[name].File).ShouldBe(All[name].Code);

    private static string Of(SigningKey key, Func<byte[], byte[]> bend) => Entry(Header(key), key, bend).AsFile();

    private static byte[] Halves(byte[] signature, BigInteger? r = null, BigInteger? s = null)
    {
        var half = signature.Length / 2;
        return [.. r is { } newR ? Fixed(newR, half) : signature[..half], .. s is { } newS ? Fixed(newS, half) : signature[half..]];
    }

    private static byte[] Fixed(BigInteger value, int length)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }

    private static string Der(SigningKey key)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(key.ToPem());
        return StrictBase64Url.Encode(ecdsa.SignData(
            DetachedSignature.SigningInput(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(key))), Payload), key.Public.Algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence));
    }

    private static string EcWith(SigningKey key, Func<byte[], byte[]> bend, HashAlgorithmName hash)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(key.ToPem());
        var input = DetachedSignature.SigningInput(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(key))), Payload);
        return StrictBase64Url.Encode(ecdsa.SignHash(bend(hash == HashAlgorithmName.SHA256 ? SHA256.HashData(input) : SHA512.HashData(input)), DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    private static string RsaWith(HashAlgorithmName hash, RSASignaturePadding padding, string? alg = null)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Rsa.ToPem());
        return StrictBase64Url.Encode(rsa.SignData(DetachedSignature.SigningInput(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(Rsa, alg: alg))), Payload), hash, padding));
    }

    private static string Hmac(SigningKey key, string secret)
    {
        var header = StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(key, alg: "HS256")));
        return Entry(header, StrictBase64Url.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), DetachedSignature.SigningInput(header, Payload)))).AsFile();
    }

    private static string OtherCase(string text) => string.Concat(text.Select(c => char.IsLower(c) ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c)));

    private static string Twice(string entry) => Forge.File(entry, entry);

    // 64 bytes are 86 characters; the last one carries two bits and four that must be zero.
    private static string StrayBits(string signature) => signature[..^1] + (char)(signature[^1] + 1);
}

internal static class EntryExtensions
{
    public static string AsFile(this string entry) => Forge.File(entry);
}
