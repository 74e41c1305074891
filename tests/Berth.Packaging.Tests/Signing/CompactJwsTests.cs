using System.Text;
using Berth.Packaging.Signing;
using Codes = Berth.Packaging.Signing.SignatureFaultCodes;

namespace Berth.Packaging.Tests.Signing;

public sealed class CompactJwsTests
{
    private static readonly SigningKey Key = TestKeys.Rs256;
    private static readonly JsonWebKeySet Keys = Set(Jwk(Key, "build-1"), Jwk(TestKeys.Es256, "build-2"));
    private static readonly SignatureAlgorithm[] Both = [SignatureAlgorithm.RS256, SignatureAlgorithm.ES256];

    [Fact]
    public void A_token_of_the_issuer_is_valid_and_its_payload_comes_back()
    {
        var token = Token("""{"alg":"RS256","kid":"build-1","typ":"JWT","x5t":"abc"}""", Key);

        var valid = CompactJws.Verify(token, Keys, Both).ShouldBeOfType<CompactVerdict.Valid>();

        Encoding.UTF8.GetString(valid.Payload.Span).ShouldBe("""{"iss":"ci"}""");
        valid.Header.Kid.ShouldBe("build-1");
        CompactJws.Verify(Token("""{"alg":"ES256","kid":"build-2"}""", TestKeys.Es256), Keys, Both).Fault.ShouldBeNull();
    }

    [Fact]
    public void A_key_without_an_algorithm_is_good_for_both_RSA_ones_and_one_with_is_not()
    {
        var free = Set($$"""{{Key.Public.ToJwk().Replace(",\"alg\":\"RS256\"", "", StringComparison.Ordinal).Replace(Key.Public.Thumbprint, "free", StringComparison.Ordinal)}}""");
        using var same = SigningKey.FromPem(Key.ToPem(), SignatureAlgorithm.RS512).Key.ShouldNotBeNull();

        CompactJws.Verify(Token("""{"alg":"RS512","kid":"free"}""", same), free, [SignatureAlgorithm.RS512]).Fault.ShouldBeNull();
        CompactJws.Verify(Token("""{"alg":"RS512","kid":"build-1"}""", same), Keys, SignatureAlgorithm.All.ToArray()).Fault.ShouldNotBeNull().Code.ShouldBe(Codes.AlgorithmMismatch);
    }

    [Theory]
    [InlineData("""{"alg":"none","kid":"build-1"}""", Codes.Algorithm)]
    [InlineData("""{"alg":"HS256","kid":"build-1"}""", Codes.Algorithm)]
    [InlineData("""{"alg":"RS512","kid":"build-1"}""", Codes.Algorithm)]
    [InlineData("""{"alg":"ES256","kid":"build-1"}""", Codes.AlgorithmMismatch)]
    [InlineData("""{"alg":"RS256","kid":"build-2"}""", Codes.AlgorithmMismatch)]
    [InlineData("""{"alg":"RS256","kid":"build-9"}""", Codes.KeyUnknown)]
    [InlineData("""{"alg":"RS256"}""", Codes.Header)]
    [InlineData("""{"alg":"RS256","kid":"build-1","jku":"http://example.com"}""", Codes.EmbeddedKey)]
    [InlineData("""{"alg":"RS256","kid":"build-1","crit":["exp"]}""", Codes.Critical)]
    [InlineData("""{"alg":"RS256","kid":"build-1","kid":"build-2"}""", Codes.Header)]
    public void A_header_that_proves_nothing_is_refused(string header, string code) =>
        CompactJws.Verify(Token(header, Key), Keys, Both).Fault.ShouldNotBeNull().Code.ShouldBe(code);

    [Fact]
    public void A_token_of_another_form_is_refused()
    {
        var token = Token("""{"alg":"RS256","kid":"build-1","typ":"JWT"}""", Key);
        string Code(string text, string? type = null) => CompactJws.Verify(text, Keys, Both, type).Fault.ShouldNotBeNull().Code;

        Code("").ShouldBe(Codes.Form);
        Code(token + ".x").ShouldBe(Codes.Form);
        Code(token[..token.LastIndexOf('.')]).ShouldBe(Codes.Form);
        Code(token + "=").ShouldBe(Codes.Encoding);
        Code(token[..(token.LastIndexOf('.') + 1)]).ShouldBe(Codes.Length);
        Code(new string('a', 20_000)).ShouldBe(Codes.Size);
        Code(token, "at+jwt").ShouldBe(Codes.Type);
        CompactJws.Verify(token, Keys, Both, "jwt").Fault.ShouldBeNull();
        Code(token.Replace(".", ".e", StringComparison.Ordinal)).ShouldNotBeNull();
    }

    [Fact]
    public void A_key_set_leaves_out_what_cannot_verify_and_refuses_two_keys_of_one_name()
    {
        var set = Set("""{"kty":"oct","k":"AAAA","kid":"a"}""", """{"kty":"OKP","crv":"Ed25519","x":"AA","kid":"b"}""", Jwk(Key, "c"), Key.Public.ToJwk().Replace("\"kid\"", "\"x\"", StringComparison.Ordinal));

        set.Keys.Keys.ShouldBe(["c"]);
        JsonWebKeySet.Read(Encoding.UTF8.GetBytes($$"""{"keys":[{{Jwk(Key, "c")}},{{Jwk(Key, "c")}}]}""")).Fault.ShouldNotBeNull().Code.ShouldBe(Codes.KeyForm);
        JsonWebKeySet.Read("[]"u8.ToArray()).Fault.ShouldNotBeNull();
        JsonWebKeySet.Read(Encoding.UTF8.GetBytes(JsonWebKeySet.Write([Key.Public]))).Key.ShouldNotBeNull().Keys.Keys.ShouldBe([Key.Public.Thumbprint]);
    }

    private static JsonWebKeySet Set(params string[] keys) => JsonWebKeySet.Read(Encoding.UTF8.GetBytes($$"""{"keys":[{{string.Join(',', keys)}}]}""")).Key.ShouldNotBeNull();

    private static string Jwk(SigningKey key, string kid) => key.Public.ToJwk().Replace(key.Public.Thumbprint, kid, StringComparison.Ordinal);

    private static string Token(string header, SigningKey key)
    {
        var encoded = StrictBase64Url.Encode(Encoding.UTF8.GetBytes(header));
        var payload = """{"iss":"ci"}"""u8;
        return $"{encoded}.{StrictBase64Url.Encode(payload)}.{StrictBase64Url.Encode(key.Sign(DetachedSignature.SigningInput(encoded, payload)))}";
    }
}
