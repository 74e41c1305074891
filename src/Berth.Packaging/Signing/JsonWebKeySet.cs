using System.Text;
using System.Text.Json;

namespace Berth.Packaging.Signing;

/// <summary>A set of public keys by their <c>kid</c> (RFC 7517 section 5), for example of an identity provider.</summary>
/// <remarks>Keys of kinds that Berth does not verify with, and keys without a <c>kid</c>, are left out, as the RFC wants it.</remarks>
public sealed class JsonWebKeySet
{
    /// <summary>Largest text that is read.</summary>
    public const int MaxBytes = 512 * 1024;

    private const int MaxKeys = 256;
    private readonly Dictionary<string, VerificationKey> _keys;

    private JsonWebKeySet(Dictionary<string, VerificationKey> keys, IReadOnlySet<string> free)
    {
        _keys = keys;
        FreeOfAlgorithm = free;
    }

    /// <summary>The keys by <c>kid</c>.</summary>
    public IReadOnlyDictionary<string, VerificationKey> Keys => _keys;

    /// <summary>The <c>kid</c>s whose JWK names no <c>alg</c>: an RSA key among them may be used with RS256 and RS512.</summary>
    internal IReadOnlySet<string> FreeOfAlgorithm { get; }

    /// <summary>Reads a set.</summary>
    public static KeyReading<JsonWebKeySet> Read(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
            return No($"The key set is larger than {MaxBytes} bytes.");
        if (StrictJson.Parse(utf8, out var fault) is not { } json)
            return No(fault!);
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxKeys)
            return No($"A key set is an object with an array 'keys' of at most {MaxKeys} keys.");

        var keys = new Dictionary<string, VerificationKey>(StringComparer.Ordinal);
        var free = new HashSet<string>(StringComparer.Ordinal);
        foreach (var jwk in list.EnumerateArray())
        {
            if (jwk.ValueKind != JsonValueKind.Object || !jwk.TryGetProperty("kid", out var kid) || kid.ValueKind != JsonValueKind.String
                || kid.GetString() is not { Length: > 0 } name || VerificationKey.FromJwk(jwk).Key is not { } key)
            {
                continue;
            }

            if (!keys.TryAdd(name, key))
                return No("Two keys of the set have the same 'kid'.");
            if (!jwk.TryGetProperty("alg", out _))
                free.Add(name);
        }

        return new KeyReading<JsonWebKeySet>.Accepted(new JsonWebKeySet(keys, free));
    }

    /// <summary>The keys as a set, each under its thumbprint.</summary>
    public static string Write(IEnumerable<VerificationKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new StringBuilder("{\"keys\":[").AppendJoin(',', keys.Select(key => key.ToJwk())).Append("]}").ToString();
    }

    private static KeyReading<JsonWebKeySet> No(string reason) => KeyReading<JsonWebKeySet>.No(SignatureFaultCodes.KeyForm, reason);
}
