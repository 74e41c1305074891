namespace Berth.Events;

/// <summary>A guard denied a request.</summary>
[EventType("berth.guard.denied", Audit = AuditOutcome.Failed)]
public sealed record GuardDenied(string Slug, string Version, string Guard, string Provider, string Method, string Route, string Reason) : BerthEvent;

/// <summary>A guard threw or took too long, so the request was denied.</summary>
[EventType("berth.guard.failed", Audit = AuditOutcome.Failed)]
public sealed record GuardFailed(string Slug, string Version, string Guard, string Provider, string Method, string Route, string Reason) : BerthEvent;

/// <summary>A request needs a guard that cannot be had, so it was denied.</summary>
[EventType("berth.guard.missing", Audit = AuditOutcome.Failed)]
public sealed record GuardMissing(string Slug, string Version, string Guard, string Provider, string Method, string Route, string Reason) : BerthEvent;
