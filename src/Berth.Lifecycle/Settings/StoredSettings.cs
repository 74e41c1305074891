using System.Text.Json;

namespace Berth.Lifecycle.Settings;

/// <summary>One user's settings of a plugin as they lie in the row.</summary>
/// <param name="ConfigJson">What the user set and everybody may read back: a JSON object without secrets.</param>
/// <param name="SecretsJson">JSON pointer → ciphertext, a JSON object.</param>
internal sealed record StoredSettings(string ConfigJson, string SecretsJson)
{
    private const string Empty = "{}";

    /// <summary>Nothing was set.</summary>
    public static StoredSettings None { get; } = new(Empty, Empty);

    /// <summary>JSON pointer → ciphertext.</summary>
    public IReadOnlyDictionary<string, string> Sealed() =>
        SecretsJson is Empty ? NoSecrets : JsonSerializer.Deserialize(SecretsJson, LifecycleJson.Default.DictionaryStringString) ?? NoSecrets;

    /// <summary>The column's text, in the order of the pointers.</summary>
    public static string WriteSealed(IReadOnlyDictionary<string, string> secrets) =>
        secrets.Count == 0
            ? Empty
            : JsonSerializer.Serialize(
                new Dictionary<string, string>(secrets.OrderBy(secret => secret.Key, StringComparer.Ordinal), StringComparer.Ordinal), LifecycleJson.Default.DictionaryStringString);

    private static readonly Dictionary<string, string> NoSecrets = new(StringComparer.Ordinal);
}
