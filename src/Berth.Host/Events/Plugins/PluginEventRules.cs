using System.Collections.Frozen;
using System.Text.Json;
using Berth.Events;
using Berth.Packaging.Manifest;

namespace Berth.Host.Events.Plugins;

/// <summary>
/// What a version may publish: what it declares. What it may see: what is about itself, and the declared events of plugins
/// that it depends on; never who a user is.
/// </summary>
internal sealed class PluginEventRules(PluginVersionId id, PluginManifest manifest)
{
    public const string PluginEventType = "berth.plugin.event";

    private readonly FrozenSet<string> _declared = Declared(manifest).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Why an event may not be published and what to do; <see langword="null"/> when it may.</summary>
    public string? RefusalToPublish(string name) => _declared.Contains(name)
        ? null
        : $"{id} does not declare it. Add \"{name}\" to events.custom in its manifest.";

    /// <summary>Why a subscription is not to be had and what to do; <see langword="null"/> when it is.</summary>
    public string? RefusalToSee(EventSelection selection)
    {
        if (EventCatalogue.RecordOf(selection.Type) is not { } record)
            return $"the catalogue of events has no type '{selection.Type}'. See docs/event-catalogue.md.";
        return string.Equals(selection.Type, PluginEventType, StringComparison.Ordinal) ? RefusalOfDeclared(selection) : RefusalOfRecord(selection, record);
    }

    private string? RefusalOfDeclared(EventSelection selection)
    {
        if (selection.Slug is { } slug && !IsOwn(slug))
        {
            return Names(manifest.Dependencies.Keys, slug) || Names(manifest.OptionalDependencies.Keys, slug)
                ? null
                : $"{id} does not depend on '{slug}'. Add it to dependencies or optionalDependencies in its manifest.";
        }

        return selection.Name is { } name ? RefusalToPublish(name) : null;
    }

    private string? RefusalOfRecord(EventSelection selection, Type record)
    {
        if (!HostEvent.IsAboutPlugin(record))
            return "it is about no plugin, and a plugin sees what is about itself.";
        if (EventCatalogue.DescriptionOf(record) is { NamesUsers: true })
            return "it can name users, and no plugin sees that.";
        return selection.Slug is null || IsOwn(selection.Slug)
            ? null
            : $"it is about '{selection.Slug}', and a plugin sees what is about itself, and what others declare in events.custom.";
    }

    private bool IsOwn(string slug) => string.Equals(slug, id.Slug, StringComparison.OrdinalIgnoreCase);

    private static bool Names(IEnumerable<string> slugs, string slug) => slugs.Contains(slug, StringComparer.OrdinalIgnoreCase);

    // A declared event is its name, or an object with a 'name'; the manifest's reader has checked that.
    private static IEnumerable<string> Declared(PluginManifest manifest) =>
        manifest.Events is { ValueKind: JsonValueKind.Object } events && events.TryGetProperty("custom", out var custom) && custom.ValueKind == JsonValueKind.Array
            ? custom.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : item.GetProperty("name").GetString()).OfType<string>()
            : [];
}
