using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Berth.Packaging.Signing;

/// <summary>One signature of a signature file. What it signs is elsewhere.</summary>
/// <param name="Protected">The protected header, base64url, exactly as it was signed.</param>
/// <param name="Signature">The signature, base64url.</param>
/// <param name="Header">The protected header as it was read.</param>
public sealed record DetachedSignature(string Protected, string Signature, JwsHeader Header)
{
    /// <summary>The <c>typ</c> of signatures over a package's files.</summary>
    public const string FilesType = "berth-files+jws";

    /// <summary>SHA-256 of <c>protected.signature</c>, base64url: what a countersignature says it has seen.</summary>
    public string Digest => StrictBase64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes($"{Protected}.{Signature}")));

    /// <summary>Signs the payload.</summary>
    /// <param name="payload">What is signed; it does not become part of the result.</param>
    /// <param name="type"><c>typ</c>: keeps a signature of one kind from passing as one of another.</param>
    /// <param name="key">Whose signature it is.</param>
    /// <param name="signedAt">Written as <c>iat</c>, in whole seconds.</param>
    /// <param name="role">One of <see cref="SignatureRole"/>; authors leave it out.</param>
    /// <param name="seen">Digests of the signatures that a countersignature bears witness of.</param>
    public static DetachedSignature Create(
        ReadOnlySpan<byte> payload, string type, SigningKey key, DateTimeOffset? signedAt = null, string role = SignatureRole.Author, IReadOnlyList<string>? seen = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(key);
        var header = new JwsHeader(key.Public.Algorithm, key.Public.Thumbprint, type)
        {
            SignedAt = signedAt is { } at ? DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds()) : null,
            Role = role,
            Seen = seen ?? [],
        };
        var encoded = StrictBase64Url.Encode(Write(header));
        return new DetachedSignature(encoded, StrictBase64Url.Encode(key.Sign(SigningInput(encoded, payload))), header);
    }

    /// <summary>Judges the signature over the payload.</summary>
    /// <param name="payload">What must have been signed.</param>
    /// <param name="type">What <c>typ</c> must be.</param>
    /// <param name="keyOf">The key of a <c>kid</c>, from the verifier's own records; <see langword="null"/> when it is unknown.</param>
    public SignatureVerdict Verify(ReadOnlySpan<byte> payload, string type, Func<string, VerificationKey?> keyOf)
    {
        ArgumentNullException.ThrowIfNull(keyOf);
        if (Header.Type != type)
            return No(SignatureFaultCodes.Type, $"The signature's 'typ' must be '{type}': it is a signature of something else.");
        if (keyOf(Header.Kid) is not { } key)
            return No(SignatureFaultCodes.KeyUnknown, $"The key '{Header.Kid}' is not known here. Register it, or import it, first.");
        if (key.Algorithm != Header.Algorithm)
            return No(SignatureFaultCodes.AlgorithmMismatch, $"The key '{Header.Kid}' is bound to {key.Algorithm}; the signature says {Header.Algorithm}.");
        if (!StrictBase64Url.TryDecode(Signature, out var bytes))
            return No(SignatureFaultCodes.Encoding, "The signature is not base64url without padding.");
        return key.Verify(SigningInput(Protected, payload), bytes) is { } fault
            ? new SignatureVerdict.Refused(Header, fault)
            : new SignatureVerdict.Valid(Header, key);
    }

    /// <summary>RFC 7515 section 5.1, step 8: <c>ASCII(protected.base64url(payload))</c>.</summary>
    internal static byte[] SigningInput(string encodedHeader, ReadOnlySpan<byte> payload)
    {
        var input = new byte[encodedHeader.Length + 1 + System.Buffers.Text.Base64Url.GetEncodedLength(payload.Length)];
        Encoding.ASCII.GetBytes(encodedHeader, input);
        input[encodedHeader.Length] = (byte)'.';
        System.Buffers.Text.Base64Url.EncodeToUtf8(payload, input.AsSpan(encodedHeader.Length + 1));
        return input;
    }

    private static byte[] Write(JwsHeader header)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("alg", header.Algorithm.Name);
            json.WriteString("kid", header.Kid);
            json.WriteString("typ", header.Type);
            if (header.SignedAt is { } at)
                json.WriteNumber("iat", at.ToUnixTimeSeconds());
            if (header.Role != SignatureRole.Author)
                json.WriteString("role", header.Role);
            if (header.Seen.Count > 0)
            {
                json.WriteStartArray("seen");
                foreach (var digest in header.Seen)
                    json.WriteStringValue(digest);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return output.ToArray();
    }

    private SignatureVerdict.Refused No(string code, string reason) => new(Header, new SignatureFault(code, reason));
}
