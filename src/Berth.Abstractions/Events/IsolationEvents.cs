namespace Berth.Events;

/// <summary>It was decided where a version runs.</summary>
[EventType("berth.isolation.placed")]
public sealed record IsolationPlaced(string Slug, string Version, string Level, string Reason) : BerthEvent;

/// <summary>A version may not run here.</summary>
[EventType("berth.isolation.refused", Audit = AuditOutcome.Failed)]
public sealed record IsolationRefused(string Slug, string Version, string Code, string Reason) : BerthEvent;

/// <summary>A version runs at another level from its next load on.</summary>
[EventType("berth.isolation.moved", Audit = AuditOutcome.Succeeded)]
public sealed record IsolationMoved(string Slug, string Version, string From, string To, string Reason) : BerthEvent;

/// <summary>An administrator said where a plugin, or all plugins of a publisher, run at least.</summary>
[EventType("berth.isolation.rule_set", Audit = AuditOutcome.Succeeded)]
public sealed record IsolationRuleSet(string Kind, string Subject, string? Level, string? Reason, string? By) : BerthEvent;

/// <summary>That rule ended.</summary>
[EventType("berth.isolation.rule_removed", Audit = AuditOutcome.Succeeded)]
public sealed record IsolationRuleRemoved(string Kind, string Subject, string? Level, string? Reason, string? By) : BerthEvent;
