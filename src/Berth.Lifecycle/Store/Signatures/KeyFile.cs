using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Store.Signatures;

/// <summary><c>cache/keys.json</c>: the keys as they were last seen. Removing it makes the host look at its registry as for the first time.</summary>
internal sealed record KeyFile(IReadOnlyList<KeptKey> Keys)
{
    /// <summary>Registry's keys that are shown and not trusted.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> NotTrusted { get; init; } = [];

    public static KeyFile Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), KeyFileJson.Default.KeyFile) ?? new KeyFile([]);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new KeyFile([]);
        }
        catch (JsonException exception)
        {
            // Not read as "never seen any registry": that would trust the next one that answers.
            throw new InvalidDataException("cache/keys.json in the plugins folder is damaged. Remove it after you have compared the registry's keys with its operator.", exception);
        }
    }

    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await Durable.ReplaceAsync(path, JsonSerializer.SerializeToUtf8Bytes(this, KeyFileJson.Default.KeyFile), cancellationToken);
    }

    public bool IsSame(KeyFile other) => Keys.SequenceEqual(other.Keys);

    /// <summary>What is known now. Keys that the registry no longer names stay: what they signed is still here.</summary>
    public KeyFile Merge(IReadOnlyList<AvailableKey> offered, IReadOnlyList<VerificationKey>? given, bool isOwnRegistry)
    {
        var known = Keys.ToDictionary(key => key.Kid, StringComparer.Ordinal);
        var notTrusted = new List<string>();
        var isFirstSight = given is null && !Keys.Any(key => key.Registry);
        // Oldest first: a rotated key is vouched for by the one before.
        foreach (var one in offered.OrderBy(one => one.Key.Validity.NotBefore))
        {
            var kid = one.Key.Key.Thumbprint;
            if (one.Key.IsRegistry && !isOwnRegistry && !isFirstSight && !known.ContainsKey(kid) && !IsGiven(kid, given) && !KeyVouch.Holds(one.Key.Key, one.Vouch, Vouching))
                notTrusted.Add(kid);
            else
                known[kid] = KeptKey.Of(one.Key, known.GetValueOrDefault(kid));
        }

        return new KeyFile([.. known.Values.OrderBy(key => key.Kid, StringComparer.Ordinal)]) { NotTrusted = notTrusted };

        VerificationKey? Vouching(string kid) =>
            given?.FirstOrDefault(key => key.Thumbprint == kid)
            ?? (known.GetValueOrDefault(kid) is { Registry: true, RevokedSince: null } key ? key.ToTrusted()?.Key : null);
    }

    /// <summary>The keys as verifiers use them.</summary>
    public IReadOnlyDictionary<string, TrustedKey> ToKeys(IReadOnlyList<VerificationKey>? given)
    {
        var keys = new Dictionary<string, TrustedKey>(StringComparer.Ordinal);
        foreach (var key in given ?? [])
            keys[key.Thumbprint] = new TrustedKey(key, KeyValidity.Always, IsRegistry: true);
        foreach (var key in Keys.Select(key => key.ToTrusted()).OfType<TrustedKey>())
            keys[key.Key.Thumbprint] = key;
        return keys;
    }

    private static bool IsGiven(string kid, IReadOnlyList<VerificationKey>? given) => given?.Any(key => key.Thumbprint == kid) == true;
}

/// <summary>One key in the file.</summary>
internal sealed record KeptKey(string Kid, string Jwk, bool Registry, DateTimeOffset NotBefore, DateTimeOffset? NotAfter, DateTimeOffset? RetiredAt, DateTimeOffset? RevokedSince)
{
    /// <summary>The key as it is shown; what makes it good is kept from before, and a revocation never becomes later.</summary>
    public static KeptKey Of(TrustedKey key, KeptKey? before) => new(
        key.Key.Thumbprint, key.Key.ToJwk(), before?.Registry ?? key.IsRegistry, key.Validity.NotBefore, key.Validity.NotAfter, key.Validity.RetiredAt,
        before?.RevokedSince is { } earlier && !(key.Validity.RevokedSince < earlier) ? earlier : key.Validity.RevokedSince);

    public TrustedKey? ToTrusted() =>
        VerificationKey.FromJwk(Encoding.UTF8.GetBytes(Jwk)).Key is { } key ? new TrustedKey(key, new KeyValidity(NotBefore, NotAfter, RetiredAt, RevokedSince), Registry) : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyFile))]
internal sealed partial class KeyFileJson : JsonSerializerContext;
