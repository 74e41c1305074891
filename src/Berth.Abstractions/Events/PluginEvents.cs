namespace Berth.Events;

/// <summary>A plugin published one of the events that its manifest declares; <c>Data</c> is its JSON.</summary>
[EventType("berth.plugin.event")]
public sealed record PluginEventPublished(string Slug, string Version, string Event, string Data) : BerthEvent;
