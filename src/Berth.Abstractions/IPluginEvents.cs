using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Events;

namespace Berth;

/// <summary>
/// The plugin's door to events: it publishes what its manifest declares in <c>events.custom</c>, and subscribes to what is
/// about itself and to the declared events of plugins that it names in <c>dependencies</c> or <c>optionalDependencies</c>.
/// One a loaded version; take it from the plugin's own services.
/// </summary>
/// <remarks>
/// Handlers of one subscription run in the order of the events and one at a time, each within the host's time limit for
/// handlers. A subscription without a name begins when it is made and ends with the instance; what comes faster than its
/// handler works is dropped, the oldest first, except for what the catalogue protects. A durable one (with a name) is given
/// every event at least once, also those from while the plugin was not loaded: the same one again until the handler has
/// ended without an exception.
/// Types are passed as source-generated <see cref="JsonTypeInfo{T}"/>: reflection-based serialisation would keep an unloaded
/// plugin in memory.
/// </remarks>
public interface IPluginEvents
{
    /// <summary>Publishes a declared event. In a user's call it is that user's event, otherwise administrators alone see it.</summary>
    /// <param name="name">As the manifest declares it.</param>
    /// <param name="json">What happened, JSON of at most 65,536 characters. Whoever depends on this plugin can read it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EventRefusedException">Not declared, or more events than a version may publish.</exception>
    /// <exception cref="ArgumentException">Not JSON, or too long.</exception>
    ValueTask PublishJsonAsync(string name, string json, CancellationToken cancellationToken = default);

    /// <summary>Calls <paramref name="handler"/> for each event of the selection, until what is returned is disposed.</summary>
    /// <exception cref="EventRefusedException">The plugin may not see these events.</exception>
    IDisposable Subscribe(EventSelection selection, Func<ReceivedEvent, CancellationToken, Task> handler);

    /// <inheritdoc cref="PublishJsonAsync"/>
    ValueTask PublishAsync<T>(string name, T data, JsonTypeInfo<T> type, CancellationToken cancellationToken = default) =>
        PublishJsonAsync(name, JsonSerializer.Serialize(data, type), cancellationToken);

    /// <summary>Subscribes to a record of the catalogue where it is about this plugin, for example <see cref="InstallationInstalled"/>.</summary>
    /// <exception cref="EventRefusedException">The plugin may not see these events.</exception>
    IDisposable Subscribe<TEvent>(Func<TEvent, CancellationToken, Task> handler, string? durableName = null)
        where TEvent : BerthEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Subscribe(EventSelection.Of<TEvent>(durableName), (received, cancellation) => handler((TEvent)received.Data, cancellation));
    }

    /// <summary>Subscribes to an event that a plugin declares, this one or one that it depends on.</summary>
    /// <exception cref="EventRefusedException">The plugin may not see these events.</exception>
    IDisposable Subscribe<T>(string slug, string name, JsonTypeInfo<T> type, Func<T, CancellationToken, Task> handler, string? durableName = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(handler);
        return Subscribe(
            EventSelection.Declared(slug, name, durableName),
            (received, cancellation) => handler(JsonSerializer.Deserialize(((PluginEventPublished)received.Data).Data, type)!, cancellation));
    }
}
