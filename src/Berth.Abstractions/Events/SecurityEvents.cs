namespace Berth.Events;

/// <summary>A plugin used a capability that is not in force.</summary>
[EventType("berth.security.capability_denied", Audit = AuditOutcome.Failed)]
public sealed record CapabilityDenied(string Slug, string Version, string Capability, string Reason) : BerthEvent;

/// <summary>A plugin used what the host does for it by a capability; the same for one user within a minute together.</summary>
[EventType("berth.security.capability_used", Audit = AuditOutcome.Succeeded)]
public sealed record CapabilityUsed(string Slug, string Version, string Capability, long Count) : BerthEvent;

/// <summary>A plugin used documents or settings of its user; what it did within a minute together, by number. Without a user: that of more users than are told apart.</summary>
[EventType("berth.security.user_data_used", Audit = AuditOutcome.Succeeded)]
public sealed record UserDataUsed(string Slug, string Version, string What, string Operation, long Count) : BerthEvent;

/// <summary>Code of a trust level that is exempt was taken into the host's own process, and uses what its manifest does not declare.</summary>
[EventType("berth.security.undeclared_use", Audit = AuditOutcome.Succeeded)]
public sealed record UndeclaredUseLetIn(string Slug, string Version, string TrustLevel, string Reason) : BerthEvent;

/// <summary>A file of a version is not the one that its package holds.</summary>
[EventType("berth.security.integrity_failed", Audit = AuditOutcome.Failed)]
public sealed record IntegrityFailed(string Slug, string Version, string File, string Reason) : BerthEvent;

/// <summary>A plugin published or subscribed to an event that it may not.</summary>
[EventType("berth.security.event_refused", Audit = AuditOutcome.Failed)]
public sealed record EventRefused(string Slug, string Version, string Event, string Reason) : BerthEvent;

/// <summary>A request of the host to an address that it may not call was refused.</summary>
[EventType("berth.security.address_refused", Audit = AuditOutcome.Failed)]
public sealed record AddressRefused(string Purpose, string Host, string Reason) : BerthEvent;
