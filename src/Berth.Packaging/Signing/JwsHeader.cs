using System.Text.Json;

namespace Berth.Packaging.Signing;

/// <summary>A protected header that was read strictly. Nothing in it is believed before the signature is verified.</summary>
/// <param name="Algorithm">The algorithm it names, one of the four.</param>
/// <param name="Kid">The key it names.</param>
/// <param name="Type"><c>typ</c>, if it has one.</param>
public sealed record JwsHeader(SignatureAlgorithm Algorithm, string Kid, string? Type)
{
    /// <summary>Largest header that is read, in bytes of JSON.</summary>
    public const int MaxBytes = 8 * 1024;

    /// <summary><c>iat</c>: when the signer says that it signed. Counts only in the registry's own signatures.</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary><c>role</c>: <c>registry</c> in countersignatures; <see cref="SignatureRole.Author"/> when there is none.</summary>
    public string Role { get; init; } = SignatureRole.Author;

    /// <summary><c>seen</c>: the signatures that a countersignature bears witness of, as <see cref="DetachedSignature.Digest"/>.</summary>
    public IReadOnlyList<string> Seen { get; init; } = [];
}

/// <summary>Who signed a package.</summary>
public static class SignatureRole
{
    /// <summary>Who wrote it.</summary>
    public const string Author = "author";

    /// <summary>The registry that took it in, with the time when it did.</summary>
    public const string Registry = "registry";
}

/// <summary>Reads protected headers.</summary>
internal static class JwsHeaderReader
{
    // RFC 7515 section 4.1.2 to 4.1.6: a key, or the place of one. A key that comes with what it signed proves nothing.
    private static readonly string[] KeyMembers = ["jwk", "jku", "x5u", "x5c"];

    /// <summary>Reads the header, or says why it is refused.</summary>
    public static JwsHeader? Read(string encoded, out SignatureFault? fault)
    {
        fault = null;
        if (encoded.Length > JwsHeader.MaxBytes * 4 / 3)
            return No(SignatureFaultCodes.Size, $"A protected header is larger than {JwsHeader.MaxBytes} bytes.", out fault);
        if (!StrictBase64Url.TryDecode(encoded, out var bytes))
            return No(SignatureFaultCodes.Encoding, "A protected header is not base64url without padding.", out fault);
        if (StrictJson.Parse(bytes, out var reason) is not { } json)
            return No(SignatureFaultCodes.Header, $"A protected header is refused. {reason}", out fault);
        return json.ValueKind == JsonValueKind.Object
            ? Read(json, out fault)
            : No(SignatureFaultCodes.Header, "A protected header is not a JSON object.", out fault);
    }

    private static JwsHeader? Read(JsonElement json, out SignatureFault? fault)
    {
        fault = null;
        if (json.TryGetProperty("crit", out _) || json.TryGetProperty("b64", out _))
            return No(SignatureFaultCodes.Critical, "The header demands an extension ('crit', 'b64'). None is supported here; sign without.", out fault);
        if (KeyMembers.FirstOrDefault(member => json.TryGetProperty(member, out _)) is { } brought)
            return No(SignatureFaultCodes.EmbeddedKey, $"The header brings a key of its own ('{brought}'). Keys come from the key records only; sign with 'kid' alone.", out fault);
        if (SignatureAlgorithm.Find(Text(json, "alg")) is not { } algorithm)
            return No(SignatureFaultCodes.Algorithm, $"The header's 'alg' must be one of {string.Join(", ", SignatureAlgorithm.All)}.", out fault);
        if (Text(json, "kid") is not { Length: > 0 and <= 256 } kid)
            return No(SignatureFaultCodes.Header, "The header names no key: 'kid' must be a text of 1 to 256 characters.", out fault);

        var header = new JwsHeader(algorithm, kid, Text(json, "typ"));
        if (header.Type is null && json.TryGetProperty("typ", out _))
            return No(SignatureFaultCodes.Header, "The header's 'typ' must be a text.", out fault);
        return ReadBerthMembers(json, header, out fault);
    }

    private static JwsHeader? ReadBerthMembers(JsonElement json, JwsHeader header, out SignatureFault? fault)
    {
        fault = null;
        if (json.TryGetProperty("iat", out var iat))
        {
            // Up to the year 9999.
            if (iat.ValueKind != JsonValueKind.Number || !iat.TryGetInt64(out var seconds) || seconds is < 0 or > 253_402_300_799)
                return No(SignatureFaultCodes.Header, "The header's 'iat' must be whole seconds since 1970.", out fault);
            header = header with { SignedAt = DateTimeOffset.FromUnixTimeSeconds(seconds) };
        }

        if (json.TryGetProperty("role", out _))
        {
            if (Text(json, "role") is not { } role || role is not (SignatureRole.Author or SignatureRole.Registry))
                return No(SignatureFaultCodes.Header, "The header's 'role' must be 'author' or 'registry'.", out fault);
            header = header with { Role = role };
        }

        if (!json.TryGetProperty("seen", out var seen))
            return header;
        return seen.ValueKind == JsonValueKind.Array && seen.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? header with { Seen = [.. seen.EnumerateArray().Select(item => item.GetString()!)] }
            : No(SignatureFaultCodes.Header, "The header's 'seen' must be an array of texts.", out fault);
    }

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JwsHeader? No(string code, string reason, out SignatureFault? fault)
    {
        fault = new SignatureFault(code, reason);
        return null;
    }
}
