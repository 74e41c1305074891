using System.Security.Cryptography;
using System.Text;
using Berth.Packaging.Signing;
using Codes = Berth.Packaging.Signing.SignatureFaultCodes;

namespace Berth.Packaging.Tests.Signing;

public sealed class KeyReadingTests
{
    private const string X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    private const string Y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    private static readonly string Small = RsaJwk(1024);

    public static TheoryData<string> Algorithms => [.. SignatureAlgorithm.All.Select(algorithm => algorithm.Name)];

    internal static IReadOnlyDictionary<string, (string Jwk, string Code)> BadKeys { get; } = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["not JSON"] = ("x", Codes.KeyForm),
        ["an array"] = ("[]", Codes.KeyForm),
        ["a member twice"] = ($$"""{"kty":"EC","kty":"RSA","crv":"P-256","x":"{{X}}","y":"{{Y}}"}""", Codes.KeyForm),
        ["a secret key"] = ("""{"kty":"oct","k":"AAAA"}""", Codes.KeyPrivate),
        ["a private part"] = ($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}""", Codes.KeyPrivate),
        ["an unknown type"] = ("""{"kty":"OKP","crv":"Ed25519","x":"AAAA"}""", Codes.KeyType),
        ["no type"] = ("{}", Codes.KeyType),
        ["P-384"] = ($$"""{"kty":"EC","crv":"P-384","x":"{{X}}","y":"{{Y}}"}""", Codes.KeyType),
        ["secp256k1"] = ($$"""{"kty":"EC","crv":"secp256k1","x":"{{X}}","y":"{{Y}}"}""", Codes.KeyType),
        ["a point that is not on the curve"] = ($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{X}}"}""", Codes.KeyValue),
        ["the point zero"] = ($$"""{"kty":"EC","crv":"P-256","x":"{{Zero(32)}}","y":"{{Zero(32)}}"}""", Codes.KeyValue),
        ["a short coordinate"] = ($$"""{"kty":"EC","crv":"P-256","x":"{{Zero(31)}}","y":"{{Y}}"}""", Codes.KeyForm),
        ["a long coordinate"] = ($$"""{"kty":"EC","crv":"P-256","x":"{{Zero(33)}}","y":"{{Y}}"}""", Codes.KeyForm),
        ["a padded coordinate"] = ($$"""{"kty":"EC","crv":"P-256","x":"{{X}}=","y":"{{Y}}"}""", Codes.KeyForm),
        ["an algorithm of another curve"] = ($$"""{"kty":"EC","crv":"P-256","alg":"ES512","x":"{{X}}","y":"{{Y}}"}""", Codes.KeyAlgorithm),
        ["an algorithm of another type"] = ($$"""{"kty":"EC","crv":"P-256","alg":"RS256","x":"{{X}}","y":"{{Y}}"}""", Codes.KeyAlgorithm),
        ["the algorithm none"] = ($$"""{"kty":"EC","crv":"P-256","alg":"none","x":"{{X}}","y":"{{Y}}"}""", Codes.KeyAlgorithm),
        ["a key for encryption"] = ($$"""{"kty":"EC","crv":"P-256","use":"enc","x":"{{X}}","y":"{{Y}}"}""", Codes.KeyAlgorithm),
        ["a key for wrapping"] = ($$"""{"kty":"EC","crv":"P-256","key_ops":["wrapKey"],"x":"{{X}}","y":"{{Y}}"}""", Codes.KeyAlgorithm),
        ["RSA with 1,024 bits"] = (Small, Codes.KeySize),
        ["RSA with 16,384 bits"] = ($$"""{"kty":"RSA","e":"AQAB","n":"{{StrictBase64Url.Encode([.. Enumerable.Repeat((byte)0xff, 2048)])}}"}""", Codes.KeySize),
        ["RSA with the exponent 1"] = (WithExponent("AQ"), Codes.KeyValue),
        ["RSA with the exponent 3"] = (WithExponent("Aw"), Codes.KeyValue),
        ["RSA with an even exponent"] = (WithExponent("AQAC"), Codes.KeyValue),
        ["RSA with a huge exponent"] = (WithExponent("AQAAAAAAAQ"), Codes.KeyValue),
        ["RSA with a leading zero in the exponent"] = (WithExponent("AAEAAQ"), Codes.KeyForm),
        ["RSA with a leading zero in the modulus"] = ($$"""{"kty":"RSA","e":"AQAB","n":"{{StrictBase64Url.Encode([0, .. Enumerable.Repeat((byte)0xff, 256)])}}"}""", Codes.KeyForm),
        ["RSA with an even modulus"] = ($$"""{"kty":"RSA","e":"AQAB","n":"{{StrictBase64Url.Encode([.. Enumerable.Repeat((byte)0xff, 255), 0xfe])}}"}""", Codes.KeyValue),
        ["RSA without a modulus"] = ("""{"kty":"RSA","e":"AQAB"}""", Codes.KeyForm),
        ["larger than any key"] = (new string(' ', 40_000), Codes.KeyForm),
    };

    public static TheoryData<string> Bad => [.. BadKeys.Keys];

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_key_is_refused(string name) =>
        VerificationKey.FromJwk(Encoding.UTF8.GetBytes(BadKeys[name].Jwk)).Fault.ShouldNotBeNull().Code.ShouldBe(BadKeys[name].Code);

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_key_survives_JWK_and_PEM(string algorithm)
    {
        var key = TestKeys.Of(algorithm);

        var fromJwk = VerificationKey.FromJwk(Encoding.UTF8.GetBytes(key.Public.ToJwk())).Key.ShouldNotBeNull();
        var fromPem = VerificationKey.FromPem(key.Public.ToPem(), key.Public.Algorithm).Key.ShouldNotBeNull();
        using var signer = SigningKey.FromPem(key.ToPem(), key.Public.Algorithm).Key.ShouldNotBeNull();

        (fromJwk.Thumbprint, fromJwk.Algorithm).ShouldBe((key.Public.Thumbprint, key.Public.Algorithm));
        fromPem.ToJwk().ShouldBe(key.Public.ToJwk());
        fromPem.Verify("text"u8, signer.Sign("text"u8)).ShouldBeNull();
    }

    [Fact]
    public void A_private_JWK_signs_and_one_whose_parts_do_not_belong_together_is_refused()
    {
        const string D = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
        string Jwk(string d) => $$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}","d":"{{d}}"}""";
        using var rsa = RSA.Create(2048);
        var p = rsa.ExportParameters(includePrivateParameters: true);
        string E(byte[]? bytes) => StrictBase64Url.Encode(bytes.AsSpan().TrimStart((byte)0));
        var rsaJwk = $$"""{"kty":"RSA","alg":"RS512","n":"{{E(p.Modulus)}}","e":"{{E(p.Exponent)}}","d":"{{E(p.D)}}","p":"{{E(p.P)}}","q":"{{E(p.Q)}}","dp":"{{E(p.DP)}}","dq":"{{E(p.DQ)}}","qi":"{{E(p.InverseQ)}}"}""";

        using var key = SigningKey.FromJwk(Encoding.UTF8.GetBytes(Jwk(D))).Key.ShouldNotBeNull();
        using var rsaKey = SigningKey.FromJwk(Encoding.UTF8.GetBytes(rsaJwk)).Key.ShouldNotBeNull();

        key.Public.Verify("text"u8, key.Sign("text"u8)).ShouldBeNull();
        rsaKey.Public.Verify("text"u8, rsaKey.Sign("text"u8)).ShouldBeNull();
        rsaKey.Public.Algorithm.ShouldBe(SignatureAlgorithm.RS512);
        SigningKey.FromJwk(Encoding.UTF8.GetBytes(Jwk("A" + D[1..]))).Fault.ShouldNotBeNull().Code.ShouldBe(Codes.KeyValue);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES512")]
    public void The_orders_are_those_of_the_curves(string name)
    {
        var algorithm = SignatureAlgorithm.Find(name)!;
        using var key = ECDsa.Create(algorithm.Curve);

        new System.Numerics.BigInteger(key.ExportExplicitParameters(includePrivateParameters: false).Curve.Order, isUnsigned: true, isBigEndian: true).ShouldBe(algorithm.Order);
    }

    [Fact]
    public void PEM_texts_of_other_things_are_refused()
    {
        string Public(string pem, SignatureAlgorithm? algorithm = null) => VerificationKey.FromPem(pem, algorithm).Fault.ShouldNotBeNull().Code;
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var small = RSA.Create(1024);

        Public("no key").ShouldBe(Codes.KeyForm);
        Public(TestKeys.Es256.ToPem()).ShouldBe(Codes.KeyPrivate);
        Public("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----").ShouldBe(Codes.KeyType);
        Public("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----").ShouldBe(Codes.KeyForm);
        Public(p384.ExportSubjectPublicKeyInfoPem()).ShouldBe(Codes.KeyType);
        Public(small.ExportSubjectPublicKeyInfoPem()).ShouldBe(Codes.KeySize);
        Public(TestKeys.Es256.Public.ToPem(), SignatureAlgorithm.ES512).ShouldBe(Codes.KeyAlgorithm);
        Public(TestKeys.Rs256.Public.ToPem(), SignatureAlgorithm.ES256).ShouldBe(Codes.KeyAlgorithm);
        Public(TestKeys.Es256.Public.ToPem(), SignatureAlgorithm.RS256).ShouldBe(Codes.KeyAlgorithm);
        SigningKey.FromPem(TestKeys.Es256.Public.ToPem()).Fault.ShouldNotBeNull().Code.ShouldBe(Codes.KeyForm);
    }

    private static string WithExponent(string e) => $$"""{"kty":"RSA","e":"{{e}}","n":"{{StrictBase64Url.Encode([.. Enumerable.Repeat((byte)0xff, 256)])}}"}""";

    private static string RsaJwk(int bits)
    {
        using var rsa = RSA.Create(bits);
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"RSA","e":"AQAB","n":"{{StrictBase64Url.Encode(parameters.Modulus)}}"}""";
    }

    private static string Zero(int length) => StrictBase64Url.Encode(new byte[length]);
}
