using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth;

namespace Notes;

/// <summary>Stored documents as types, with errors that name the document.</summary>
public static class Documents
{
    /// <exception cref="InvalidDataException">The document is not what its key says.</exception>
    public static T Read<T>(string key, string json, JsonTypeInfo<T> type)
        where T : class =>
        TryRead(json, type) ?? throw new InvalidDataException($"The document '{key}' is not a note of this format. Export your notes, then remove it.");

    public static CheckResult Check<T>(IEnumerable<KeyValuePair<string, string>> documents, JsonTypeInfo<T> type)
        where T : class
    {
        var broken = documents.Where(document => TryRead(document.Value, type) is null).Select(document => $"The document '{document.Key}' is not a note.");
        return broken.ToArray() is { Length: > 0 } problems ? CheckResult.Unhealthy(problems) : CheckResult.Healthy;
    }

    private static T? TryRead<T>(string json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
