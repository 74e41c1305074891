namespace Berth.Events;

/// <summary>A plugin used a capability that is not in force.</summary>
[EventType("berth.security.capability_denied", IsProtected = true)]
public sealed record CapabilityDenied(string Slug, string Version, string Capability, string Reason) : BerthEvent;

/// <summary>A file of a version is not the one that its package holds.</summary>
[EventType("berth.security.integrity_failed", IsProtected = true)]
public sealed record IntegrityFailed(string Slug, string Version, string File, string Reason) : BerthEvent;

/// <summary>A plugin published or subscribed to an event that it may not.</summary>
[EventType("berth.security.event_refused", IsProtected = true)]
public sealed record EventRefused(string Slug, string Version, string Event, string Reason) : BerthEvent;

/// <summary>A request of the host to an address that it may not call was refused.</summary>
[EventType("berth.security.address_refused", IsProtected = true)]
public sealed record AddressRefused(string Purpose, string Host, string Reason) : BerthEvent;
