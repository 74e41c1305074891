namespace Berth.Events;

/// <summary>Somebody asked for another trust level of a plugin; nothing is granted by that.</summary>
[EventType("berth.trust.requested", Audit = AuditOutcome.Succeeded, NamesUsers = true)]
public sealed record TrustRequested(string Id, string Slug, string Level, string Source, string Reason) : BerthEvent;

/// <summary>A request for another trust level was approved or rejected.</summary>
[EventType("berth.trust.request_decided", Audit = AuditOutcome.Succeeded, NamesUsers = true)]
public sealed record TrustRequestDecided(string Id, string Slug, string Level, string State, string Reason) : BerthEvent;

/// <summary>A decision on a plugin's trust ran out; the level before it is in force again.</summary>
[EventType("berth.trust.expired", Audit = AuditOutcome.Succeeded)]
public sealed record TrustExpired(string Slug, string Level, string Previous) : BerthEvent;

/// <summary>A plugin violated the rules; <c>Action</c> is what was done about it: warn, restrict, quarantine or remove.</summary>
[EventType("berth.trust.violation_recorded", Audit = AuditOutcome.Succeeded, NamesUsers = true)]
public sealed record TrustViolationRecorded(string Id, string Slug, string? Version, string Kind, string Severity, string Action, string Reason) : BerthEvent;

/// <summary>A violation was taken back, with what it led to.</summary>
[EventType("berth.trust.violation_lifted", Audit = AuditOutcome.Succeeded, NamesUsers = true)]
public sealed record TrustViolationLifted(string Id, string Slug, string Action, string Reason) : BerthEvent;

/// <summary>A version, plugin, publisher or file was quarantined in the registry.</summary>
[EventType("berth.trust.quarantined", Audit = AuditOutcome.Succeeded, NamesUsers = true)]
public sealed record TrustQuarantined(string Id, string Kind, string Subject, string Reason, DateTimeOffset? ExpiresAt) : BerthEvent;

/// <summary>A quarantine of the registry was lifted or ran out.</summary>
[EventType("berth.trust.quarantine_lifted", Audit = AuditOutcome.Succeeded, NamesUsers = true)]
public sealed record TrustQuarantineLifted(string Id, string Kind, string Subject, string Reason) : BerthEvent;

/// <summary>The policy of a trust level was changed.</summary>
[EventType("berth.trust.policy_changed", Audit = AuditOutcome.Succeeded, NamesUsers = true)]
public sealed record TrustPolicyChanged(string Level, string Reason) : BerthEvent;
