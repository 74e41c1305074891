using System.Text.Json.Serialization.Metadata;

namespace Berth;

/// <summary>
/// JSON documents by key, private to one user and one plugin. An update exports them and imports them into the new
/// version, which writes a new generation: the old one stays untouched until its rollback slot is given up.
/// </summary>
/// <remarks>
/// Keys are 1 to 256 characters, documents at most 1 MiB of UTF-8 JSON. Types are passed as source-generated
/// <see cref="JsonTypeInfo{T}"/>: reflection-based serialisation would keep an unloaded plugin in memory.
/// </remarks>
public interface IUserData
{
    /// <summary>The document under <paramref name="key"/> as JSON text, or <see langword="null"/> when there is none.</summary>
    Task<string?> GetJsonAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Writes the document under <paramref name="key"/>, replacing what was there.</summary>
    /// <exception cref="ArgumentException">The key or the document is out of bounds, or the text is not JSON.</exception>
    Task SetJsonAsync(string key, string json, CancellationToken cancellationToken = default);

    /// <summary>Removes the document. Returns whether there was one.</summary>
    Task<bool> RemoveAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>All documents whose key starts with <paramref name="prefix"/>, ordered by key (ordinal).</summary>
    Task<IReadOnlyList<KeyValuePair<string, string>>> ListJsonAsync(string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>The document under <paramref name="key"/>, or the default value of <typeparamref name="T"/> when there is none.</summary>
    async Task<T?> GetAsync<T>(string key, JsonTypeInfo<T> type, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        var json = await GetJsonAsync(key, cancellationToken);
        return json is null ? default : System.Text.Json.JsonSerializer.Deserialize(json, type);
    }

    /// <summary>Writes the document under <paramref name="key"/>, replacing what was there.</summary>
    Task SetAsync<T>(string key, T document, JsonTypeInfo<T> type, CancellationToken cancellationToken = default) =>
        SetJsonAsync(key, System.Text.Json.JsonSerializer.Serialize(document, type), cancellationToken);
}
