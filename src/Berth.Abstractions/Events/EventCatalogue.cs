using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Berth.Events;

/// <summary>Every type of event there is, and the record of its <c>data</c>.</summary>
public static class EventCatalogue
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly FrozenDictionary<string, Type> Records = typeof(EventCatalogue).Assembly.GetTypes()
        .Select(record => (Record: record, record.GetCustomAttribute<EventTypeAttribute>()?.Type))
        .Where(found => found.Type is not null)
        .ToFrozenDictionary(found => found.Type!, found => found.Record, StringComparer.Ordinal);

    /// <summary>The types, in alphabetical order.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. Records.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The record of a type, or <see langword="null"/> when the catalogue does not have it.</summary>
    public static Type? RecordOf(string type) => Records.GetValueOrDefault(type);

    /// <summary>Reads an event's <c>data</c>. <see langword="null"/> for a type that this version does not know: skip it.</summary>
    /// <exception cref="JsonException">The data is not that of the type.</exception>
    public static BerthEvent? Read(string type, string dataJson) =>
        RecordOf(type) is { } record ? (BerthEvent?)JsonSerializer.Deserialize(dataJson, record, Json) : null;
}
