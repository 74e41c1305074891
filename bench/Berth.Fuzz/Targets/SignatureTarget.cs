using System.Text;
using Berth.Packaging.Signing;

namespace Berth.Fuzz.Targets;

/// <summary>Signature files, compact tokens and keys. Whatever is not the one signature that was made is never valid.</summary>
internal sealed class SignatureTarget : FuzzTarget
{
    private static readonly byte[] Payload = "{\"formatVersion\":1}"u8.ToArray();
    private static readonly SigningKey Key = SigningKey.Create(SignatureAlgorithm.ES256);
    private readonly SignatureFile _file = new([DetachedSignature.Create(Payload, DetachedSignature.FilesType, Key)]);
    private readonly TrustedKey _trusted = new(Key.Public, new KeyValidity(DateTimeOffset.UnixEpoch), IsRegistry: false);

    public override string Name => "jws";

    public override int MaxLength => 8 * 1024;

    public override IEnumerable<string> Words =>
    [
        "\"signatures\"", "\"protected\"", "\"signature\"", "\"header\"", "\"payload\"", "\"kty\"", "\"EC\"", "\"RSA\"", "\"crv\"", "\"P-256\"", "\"P-521\"", "\"x\"", "\"y\"", "\"n\"", "\"e\"", "\"AQAB\"",
        "\"alg\"", "\"none\"", "\"HS256\"", "\"kid\"", "\"keys\"", "eyJhbGciOiJub25lIn0", "AAAA", "-_-_", "=", ".", "-----BEGIN PUBLIC KEY-----", "\\u0000", "null", "[]", "{}",
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        yield return Utf8(_file.ToJson());
        yield return Utf8(JsonWebKeySet.Write([Key.Public]));
        yield return Utf8(JsonWebKeySet.Write([SigningKey.Create(SignatureAlgorithm.RS256, 2048).Public, SigningKey.Create(SignatureAlgorithm.ES512).Public]));
        yield return Utf8($"{_file.Signatures[0].Protected}..{_file.Signatures[0].Signature}");
        yield return Utf8($"{_file.Signatures[0].Protected}.{Convert.ToBase64String(Payload).TrimEnd('=')}.{_file.Signatures[0].Signature}");
    }

    public override void Run(byte[] input)
    {
        if (SignatureFile.Read(input.AsMemory()).File is { } file)
        {
            foreach (var judged in PackageSignatures.Judge(file, Payload, kid => kid == Key.Public.Thumbprint ? _trusted : null, DateTimeOffset.UnixEpoch.AddDays(1)))
                Promise(judged.Fault is not null || judged.Signature.Protected == _file.Signatures[0].Protected, "only what was signed is valid");
        }

        _ = JsonWebKeySet.Read(input.AsMemory());
        _ = VerificationKey.FromJwk(input.AsMemory());
        var text = Encoding.UTF8.GetString(input);
        _ = VerificationKey.FromPem(text);
        Promise(CompactJws.Verify(text, Keys, [SignatureAlgorithm.ES256]) is CompactVerdict.Refused || text.StartsWith(_file.Signatures[0].Protected, StringComparison.Ordinal), "no other token is valid");
    }

    private static JsonWebKeySet Keys { get; } = JsonWebKeySet.Read(Utf8(JsonWebKeySet.Write([Key.Public]))).Key!;
}
