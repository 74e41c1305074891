namespace Berth.Events;

/// <summary>The host met a version for the first time since its start; no code of it has run.</summary>
[EventType("berth.discovery.found")]
public sealed record PluginDiscovered(string Slug, string Version, string TrustLevel) : BerthEvent;

/// <summary>A version was asked for that the store does not have, or that has no server-side code.</summary>
[EventType("berth.discovery.missing")]
public sealed record PluginMissing(string Slug, string Version, string Reason) : BerthEvent;

/// <summary>The files of a version are those of its package.</summary>
[EventType("berth.discovery.verified")]
public sealed record PluginVerified(string Slug, string Version, int Files, bool FromCache) : BerthEvent;
