namespace Berth.Events;

/// <summary>Which events a plugin asks for, as <see cref="IPluginEvents"/> takes it.</summary>
/// <param name="Type">A type of the catalogue, for example <c>berth.installation.installed</c>.</param>
/// <param name="Slug">The plugin whose events they are; <see langword="null"/> for the asking plugin's own.</param>
/// <param name="Name">Of a plugin's declared events: which one; <see langword="null"/> for all of them.</param>
/// <param name="DurableName">
/// A name of the plugin's own choice under which the host remembers how far this subscription has come, also while the plugin
/// is not loaded; <see langword="null"/> for a subscription that begins now and ends with the instance.
/// </param>
public sealed record EventSelection(string Type, string? Slug = null, string? Name = null, string? DurableName = null)
{
    /// <summary>The events of a record of the catalogue that are about the asking plugin.</summary>
    /// <exception cref="InvalidOperationException">The record is not in the catalogue.</exception>
    public static EventSelection Of<TEvent>(string? durableName = null)
        where TEvent : BerthEvent => new(
            EventCatalogue.DescriptionOf(typeof(TEvent))?.Type ?? throw new InvalidOperationException($"{typeof(TEvent)} is not a record of the catalogue."),
            DurableName: durableName);

    /// <summary>The events of a plugin that its manifest declares in <c>events.custom</c>.</summary>
    public static EventSelection Declared(string slug, string? name = null, string? durableName = null) =>
        new("berth.plugin.event", slug, name, durableName);
}
