using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Events;

/// <summary>Every type of event there is, and the record of its <c>data</c>.</summary>
public static class EventCatalogue
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly FrozenDictionary<Type, EventTypeAttribute> Described = typeof(EventCatalogue).Assembly.GetTypes()
        .Select(record => (Record: record, Attribute: record.GetCustomAttribute<EventTypeAttribute>()))
        .Where(found => found.Attribute is not null)
        .ToFrozenDictionary(found => found.Record, found => found.Attribute!);

    private static readonly FrozenDictionary<string, Type> Records =
        Described.ToFrozenDictionary(found => found.Value.Type, found => found.Key, StringComparer.Ordinal);

    /// <summary>The types, in alphabetical order.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. Records.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The record of a type, or <see langword="null"/> when the catalogue does not have it.</summary>
    public static Type? RecordOf(string type) => Records.GetValueOrDefault(type);

    /// <summary>What the catalogue says of a record, or <see langword="null"/> when the record is not in it.</summary>
    public static EventTypeAttribute? DescriptionOf(Type record) => Described.GetValueOrDefault(record);

    /// <summary>Reads an event's <c>data</c>. <see langword="null"/> for a type that this version does not know: skip it.</summary>
    /// <exception cref="JsonException">The data is not that of the type.</exception>
    public static BerthEvent? Read(string type, string dataJson) =>
        RecordOf(type) is { } record ? (BerthEvent?)JsonSerializer.Deserialize(dataJson, record, Json) : null;

    /// <summary>An event's <c>data</c> as JSON: names in snake case, nothing for what is <see langword="null"/>.</summary>
    /// <exception cref="ArgumentException">The record is not in the catalogue.</exception>
    public static string Write(BerthEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        // A foreign record is refused before the serializer's cache gets to know its type.
        return Described.ContainsKey(happened.GetType())
            ? JsonSerializer.Serialize(happened, happened.GetType(), Json)
            : throw new ArgumentException($"{happened.GetType()} is not a record of the catalogue.", nameof(happened));
    }
}
