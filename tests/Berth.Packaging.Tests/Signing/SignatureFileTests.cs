using System.Text;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;

namespace Berth.Packaging.Tests.Signing;

public sealed class SignatureFileTests
{
    public static TheoryData<string> Algorithms => [.. SignatureAlgorithm.All.Select(algorithm => algorithm.Name)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_package_that_was_signed_verifies_and_another_one_does_not(string algorithm)
    {
        var package = await Packages.AcceptAsync(Packages.Pack(Packages.Manifest(), Packages.File("dist/a.js", "a")));
        var other = await Packages.AcceptAsync(Packages.Pack(Packages.Manifest(), Packages.File("dist/a.js", "b")));
        var signature = DetachedSignature.Create(CanonicalFileList.Create(package), DetachedSignature.FilesType, TestKeys.Of(algorithm));
        var file = SignatureFile.Read(new SignatureFile([signature]).ToJson()).File.ShouldNotBeNull();

        file.Verify(CanonicalFileList.Create(package), DetachedSignature.FilesType, TestKeys.Find).ShouldHaveSingleItem().ShouldBeOfType<SignatureVerdict.Valid>()
            .Key.Algorithm.Name.ShouldBe(algorithm);
        file.Verify(CanonicalFileList.Create(other), DetachedSignature.FilesType, TestKeys.Find).ShouldHaveSingleItem().Fault.ShouldNotBeNull()
            .Code.ShouldBe(SignatureFaultCodes.Wrong);
    }

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        var author = DetachedSignature.Create(Forge.Payload, DetachedSignature.FilesType, TestKeys.Es512);
        var at = new DateTimeOffset(2026, 11, 26, 12, 0, 1, TimeSpan.Zero);
        var registry = DetachedSignature.Create(Forge.Payload, DetachedSignature.FilesType, TestKeys.Es256, at, SignatureRole.Registry, [author.Digest]);
        var file = new SignatureFile([author]).With(registry).With(registry);

        var read = SignatureFile.Read(Encoding.UTF8.GetBytes(file.ToJson())).File.ShouldNotBeNull();

        read.ToJson().ShouldBe(file.ToJson());
        read.Signatures.Count.ShouldBe(2);
        read.Signatures[0].Header.Role.ShouldBe(SignatureRole.Author);
        var header = read.Signatures[1].Header;
        (header.SignedAt, header.Role, header.Type).ShouldBe((at, SignatureRole.Registry, DetachedSignature.FilesType));
        header.Seen.ShouldBe([author.Digest]);
        Forge.Judge(file.ToJson()).ShouldBeNull();
    }

    [Fact]
    public void R56_The_signature_lies_outside_of_what_it_signs()
    {
        // The payload is computed from the package alone; adding signatures to the file changes nothing of it, so that a second
        // signer signs the very same bytes.
        var first = new SignatureFile([DetachedSignature.Create(Forge.Payload, DetachedSignature.FilesType, TestKeys.Rs256)]);
        var both = first.With(DetachedSignature.Create(Forge.Payload, DetachedSignature.FilesType, TestKeys.Es256));

        Forge.Judge(both.ToJson()).ShouldBeNull();
        both.ToJson().ShouldNotContain("payload");
        Forge.Judge(first.ToJson(), Encoding.UTF8.GetBytes(first.ToJson())).ShouldBe(SignatureFaultCodes.Wrong);
    }

    [Fact]
    public void A_signature_of_one_kind_does_not_pass_as_one_of_another()
    {
        var signature = DetachedSignature.Create(Forge.Payload, "berth-index+jws", TestKeys.Es256);

        signature.Verify(Forge.Payload, "berth-index+jws", TestKeys.Find).Fault.ShouldBeNull();
        signature.Verify(Forge.Payload, DetachedSignature.FilesType, TestKeys.Find).Fault.ShouldNotBeNull().Code.ShouldBe(SignatureFaultCodes.Type);
    }
}
