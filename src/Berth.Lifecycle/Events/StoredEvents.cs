using System.Text.Json;
using Berth.Events;
using Berth.Host;
using Berth.Host.Events;

namespace Berth.Lifecycle.Events;

/// <summary>Between a row of the outbox and an event of the bus.</summary>
internal static class StoredEvents
{
    /// <summary>The event; <see langword="null"/> for a type that this version does not know, or data that are not of its type.</summary>
    public static HostEvent? Read(PublishedEvent row)
    {
        try
        {
            return EventCatalogue.Read(row.Type, row.DataJson) is { } data
                ? new HostEvent(row.Type, data, DateTimeOffset.FromUnixTimeMilliseconds(row.At), null, row.UserId, row.Sequence)
                : null;
        }
        catch (JsonException)
        {
            // Of a newer version's making: its readers know it.
            return null;
        }
    }

    /// <summary>What an event is about, as the outbox names it.</summary>
    public static string SubjectOf(HostEvent happened) => happened.Plugin is { } plugin ? SubjectOf(plugin) : happened.Slug ?? "host";

    private static string SubjectOf(PluginVersionId plugin) => $"{plugin.Slug}@{plugin.Version}";

    /// <summary>The filter of the outbox that is nearest to one of the bus.</summary>
    public static EventFilter ToOutbox(BusFilter filter) => new(filter.UserId, filter.Types, filter.Slug);
}
