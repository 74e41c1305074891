using System.Text;
using System.Text.Json;

namespace Berth.Packaging.Signing;

/// <summary>
/// A signature file (<c>{package}.sig</c>): the general JSON serialisation of a JWS (RFC 7515 section 7.2.1) without its payload
/// (appendix F): <c>{"signatures":[{"protected":"…","signature":"…"}…]}</c>.
/// </summary>
/// <param name="Signatures">At least one.</param>
public sealed record SignatureFile(IReadOnlyList<DetachedSignature> Signatures)
{
    /// <summary>Largest file that is read.</summary>
    public const int MaxBytes = 128 * 1024;

    /// <summary>Most signatures in a file.</summary>
    public const int MaxSignatures = 32;

    // Base64url of the largest RSA signature is 1,366 characters.
    private const int MaxSignatureLength = 2048;

    /// <summary>Reads a file. Everything that is not exactly the form above is refused.</summary>
    public static SignatureFileReading Read(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
            return No(SignatureFaultCodes.Size, $"The signature file is larger than {MaxBytes} bytes.");
        if (StrictJson.Parse(utf8, out var fault) is not { } json)
            return No(SignatureFaultCodes.Json, $"The signature file is refused. {fault}");
        if (json.ValueKind != JsonValueKind.Object)
            return No(SignatureFaultCodes.Form, "The signature file is not a JSON object.");
        if (json.TryGetProperty("payload", out _))
            return No(SignatureFaultCodes.Attached, "The signature file carries a payload. A detached signature has none: what is signed is computed from the package.");
        if (!json.TryGetProperty("signatures", out var list) || list.ValueKind != JsonValueKind.Array || json.EnumerateObject().Count() != 1)
            return No(SignatureFaultCodes.Form, "The signature file must have one member, the array 'signatures' (general JSON serialisation).");
        return list.GetArrayLength() is 0 or > MaxSignatures
            ? No(SignatureFaultCodes.Size, $"A signature file has 1 to {MaxSignatures} signatures.")
            : ReadAll(list);
    }

    /// <summary>Reads a file's text.</summary>
    public static SignatureFileReading Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        // The bound comes before the bytes are made; a lone surrogate becomes U+FFFD, which no signature contains.
        return json.Length > MaxBytes
            ? No(SignatureFaultCodes.Size, $"The signature file is larger than {MaxBytes} bytes.")
            : Read(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>The file with one more signature; the same one is not added twice.</summary>
    public SignatureFile With(DetachedSignature signature) =>
        Signatures.Any(known => IsSame(known, signature)) ? this : new SignatureFile([.. Signatures, signature]);

    /// <summary>The file's text.</summary>
    public string ToJson()
    {
        var json = new StringBuilder("{\"signatures\":[");
        for (var i = 0; i < Signatures.Count; i++)
        {
            // Both texts are base64url: nothing in them needs an escape.
            json.Append(i == 0 ? "" : ",").Append("{\"protected\":\"").Append(Signatures[i].Protected)
                .Append("\",\"signature\":\"").Append(Signatures[i].Signature).Append("\"}");
        }

        return json.Append("]}").ToString();
    }

    /// <summary>Judges each signature over the payload, in the file's order.</summary>
    /// <inheritdoc cref="DetachedSignature.Verify" />
    public IReadOnlyList<SignatureVerdict> Verify(ReadOnlySpan<byte> payload, string type, Func<string, VerificationKey?> keyOf)
    {
        var verdicts = new List<SignatureVerdict>(Signatures.Count);
        foreach (var signature in Signatures)
            verdicts.Add(signature.Verify(payload, type, keyOf));
        return verdicts;
    }

    private static SignatureFileReading ReadAll(JsonElement list)
    {
        var signatures = new List<DetachedSignature>();
        foreach (var entry in list.EnumerateArray())
        {
            if (ReadOne(entry, out var fault) is not { } signature)
                return new SignatureFileReading.Refused(fault!);
            if (signatures.Any(known => IsSame(known, signature)))
                return No(SignatureFaultCodes.Duplicate, "The same signature stands twice in the file.");
            signatures.Add(signature);
        }

        return new SignatureFileReading.Accepted(new SignatureFile(signatures));
    }

    private static DetachedSignature? ReadOne(JsonElement entry, out SignatureFault? fault)
    {
        fault = new(SignatureFaultCodes.Form, "A signature must be an object with the two texts 'protected' and 'signature', and nothing else.");
        if (entry.ValueKind != JsonValueKind.Object)
            return null;
        if (entry.TryGetProperty("header", out _))
        {
            fault = new(SignatureFaultCodes.Unprotected, "A signature has an unprotected header, which anybody can change. Put everything into the protected one.");
            return null;
        }

        if (entry.EnumerateObject().Count() != 2
            || !entry.TryGetProperty("protected", out var header) || header.ValueKind != JsonValueKind.String
            || !entry.TryGetProperty("signature", out var signature) || signature.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        if (JwsHeaderReader.Read(header.GetString()!, out fault) is not { } read)
            return null;
        var text = signature.GetString()!;
        if (text.Length <= MaxSignatureLength && StrictBase64Url.TryDecode(text, out _))
            return new DetachedSignature(header.GetString()!, text, read);
        fault = new(SignatureFaultCodes.Encoding, $"A signature is not base64url without padding, or longer than {MaxSignatureLength} characters.");
        return null;
    }

    private static bool IsSame(DetachedSignature one, DetachedSignature other) => one.Protected == other.Protected && one.Signature == other.Signature;

    private static SignatureFileReading.Refused No(string code, string reason) => new(new SignatureFault(code, reason));
}

/// <summary>How reading a signature file ended.</summary>
public abstract record SignatureFileReading
{
    private SignatureFileReading()
    {
    }

    /// <summary>The file, or <see langword="null"/> when it is refused.</summary>
    public SignatureFile? File => (this as Accepted)?.Value;

    /// <summary>Why it is refused, or <see langword="null"/>.</summary>
    public SignatureFault? Fault => (this as Refused)?.Why;

    /// <summary>Its form is right; nothing is verified yet.</summary>
    public sealed record Accepted(SignatureFile Value) : SignatureFileReading;

    /// <summary>Its form is wrong.</summary>
    public sealed record Refused(SignatureFault Why) : SignatureFileReading;
}
