using System.Text.Json;

namespace Berth.Registry.Trust;

/// <summary>Texts on their way into rows.</summary>
internal static class TrustText
{
    /// <summary>PostgreSQL takes no NUL in a text.</summary>
    public static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal).Trim();

    /// <summary>Evidence as a row keeps it.</summary>
    public static string? Json(JsonElement? evidence) =>
        evidence is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } given ? given.GetRawText().Replace("\\u0000", "", StringComparison.Ordinal) : null;

    /// <summary>Evidence as a row kept it.</summary>
    public static JsonElement? Evidence(string? json)
    {
        if (json is null)
            return null;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <summary>An id that sorts by time.</summary>
    public static string NewId() => Guid.CreateVersion7().ToString("N");

    /// <summary>An instant of a row.</summary>
    public static DateTimeOffset? At(long? milliseconds) => milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
