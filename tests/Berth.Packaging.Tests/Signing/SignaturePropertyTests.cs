using System.Text;
using Berth.Packaging.Signing;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Packaging.Tests.Signing;

/// <summary>Any bit changed anywhere is refused: in what is signed, in the protected header, in the signature.</summary>
public sealed class SignaturePropertyTests
{
    private static readonly Dictionary<string, DetachedSignature> Signed = TestKeys.All.ToDictionary(
        key => key.Public.Algorithm.Name, key => DetachedSignature.Create(Forge.Payload, DetachedSignature.FilesType, key));

    private static readonly Gen<DetachedSignature> Signatures = Gen.Elements(Signed.Values.ToArray());

    [Fact]
    public void A_flipped_bit_of_the_payload_is_refused() => Check(
        from signature in Signatures
        from bit in Gen.Choose(0, (Forge.Payload.Length * 8) - 1)
        select Verdict(signature, Flip(Forge.Payload, bit)) == SignatureFaultCodes.Wrong);

    [Fact]
    public void A_flipped_bit_of_the_signature_is_refused() => Check(
        from signature in Signatures
        let bytes = Decode(signature.Signature)
        from bit in Gen.Choose(0, (bytes.Length * 8) - 1)
        select Verdict(signature with { Signature = StrictBase64Url.Encode(Flip(bytes, bit)) }, Forge.Payload) is SignatureFaultCodes.Wrong or SignatureFaultCodes.Range);

    [Fact]
    public void A_flipped_bit_of_the_protected_header_is_refused() => Check(
        from signature in Signatures
        let bytes = Decode(signature.Protected)
        from bit in Gen.Choose(0, (bytes.Length * 8) - 1)
        select Forge.Judge(Forge.File(Forge.Entry(StrictBase64Url.Encode(Flip(bytes, bit)), signature.Signature))) is not null);

    [Fact]
    public void A_changed_character_of_the_file_is_refused_or_means_the_same() => Check(
        from signature in Signatures
        let file = new SignatureFile([signature]).ToJson()
        from at in Gen.Choose(0, file.Length - 1)
        from c in Gen.Choose(0x20, 0x7e)
        let changed = file[..at] + (char)c + file[(at + 1)..]
        select changed == file || Forge.Judge(changed) is not null);

    [Fact]
    public void Whatever_the_bytes_reading_ends_with_an_answer() => Check(
        from bytes in ArbMap.Default.GeneratorFor<byte[]>()
        let reading = SignatureFile.Read(bytes)
        select (reading.File is null) != (reading.Fault is null));

    [Fact]
    public void Base64url_has_one_spelling()
    {
        Check(from bytes in ArbMap.Default.GeneratorFor<byte[]>()
              let text = StrictBase64Url.Encode(bytes)
              select StrictBase64Url.TryDecode(text, out var decoded) && decoded.AsSpan().SequenceEqual(bytes));
        Check(from text in ArbMap.Default.GeneratorFor<NonNull<string>>()
              select !StrictBase64Url.TryDecode(text.Get, out var decoded) || StrictBase64Url.Encode(decoded) == text.Get);
    }

    private static void Check(Gen<bool> law) => Prop.ForAll(law.ToArbitrary(), holds => holds).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    private static string? Verdict(DetachedSignature signature, byte[] payload) =>
        signature.Verify(payload, DetachedSignature.FilesType, TestKeys.Find).Fault?.Code;

    private static byte[] Decode(string text) => StrictBase64Url.TryDecode(text, out var bytes) ? bytes : throw new InvalidOperationException(Encoding.UTF8.GetString(bytes ?? []));

    private static byte[] Flip(byte[] bytes, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }
}
