using System.Text;
using Berth.Packaging.Signing;
using Codes = Berth.Packaging.Signing.SignatureFaultCodes;

namespace Berth.Packaging.Tests.Signing;

public sealed class KeyProofTests
{
    private const string Owner = "0000000000000000000000000000000a";

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES512")]
    [InlineData("RS256")]
    [InlineData("RS512")]
    public void A_key_proves_itself_for_one_account(string algorithm)
    {
        using var key = SigningKey.Create(SignatureAlgorithm.Find(algorithm)!, 2048);
        var proof = KeyProof.Create(key, Owner);

        KeyProof.Check(key.Public, Owner, proof).ShouldBeNull();
        KeyProof.Check(key.Public, Owner.Replace('a', 'b'), proof).ShouldNotBeNull().Code.ShouldBe(Codes.Wrong);
    }

    [Fact]
    public void What_is_signed_is_canonical_and_names_purpose_key_and_account()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        Encoding.UTF8.GetString(KeyProof.Payload(key.Public, Owner))
            .ShouldBe($$"""{"formatVersion":1,"kid":"{{key.Public.Thumbprint}}","owner":"{{Owner}}","purpose":"berth-key-registration"}""");
        CanonicalJson.Write(StrictJson.Parse(KeyProof.Payload(key.Public, Owner), out _)!.Value).ShouldBe(KeyProof.Payload(key.Public, Owner));
    }

    [Fact]
    public void Neither_another_key_nor_a_signature_of_something_else_nor_two_at_once_prove_it()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        using var other = SigningKey.Create(SignatureAlgorithm.ES256);
        string? Of(string proof) => KeyProof.Check(key.Public, Owner, proof)?.Code;
        DetachedSignature Sign(SigningKey by, string type = KeyProof.Type) => DetachedSignature.Create(KeyProof.Payload(key.Public, Owner), type, by);

        Of(KeyProof.Create(other, Owner)).ShouldBe(Codes.KeyUnknown);
        Of(new SignatureFile([Sign(other)]).ToJson()).ShouldBe(Codes.KeyUnknown);
        Of(new SignatureFile([Sign(key, DetachedSignature.FilesType)]).ToJson()).ShouldBe(Codes.Type);
        Of(new SignatureFile([Sign(key), Sign(other)]).ToJson()).ShouldBe(Codes.Size);
        Of("{}").ShouldBe(Codes.Form);
        Of("").ShouldBe(Codes.Json);
    }
}
