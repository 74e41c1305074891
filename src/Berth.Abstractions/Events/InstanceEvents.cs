namespace Berth.Events;

/// <summary>An instance went from one state to another.</summary>
[EventType("berth.instance.state_changed")]
public sealed record InstanceStateChanged(string Slug, string Version, string From, string To, string? Reason) : BerthEvent;

/// <summary>A change of state was asked for that the table does not allow: a fault of the host.</summary>
[EventType("berth.instance.transition_refused", Audit = AuditOutcome.Failed)]
public sealed record InstanceTransitionRefused(string Slug, string Version, string From, string To) : BerthEvent;

/// <summary>An instance was unloaded and its memory given back; <c>Reason</c> is <c>idle</c>, <c>pressure</c>, <c>reload</c>, <c>stop</c> or <c>asked</c>.</summary>
[EventType("berth.instance.retired")]
public sealed record InstanceRetired(string Slug, string Version, string Reason) : BerthEvent;

/// <summary>An instance stayed in memory after its unload.</summary>
[EventType("berth.instance.leaked", NamesUsers = true)]
public sealed record InstanceLeaked(string Slug, string Version, IReadOnlyList<string> Roots) : BerthEvent;

/// <summary>An instance was replaced by a new one without a gap.</summary>
[EventType("berth.instance.reloaded")]
public sealed record InstanceReloaded(string Slug, string Version, double Milliseconds) : BerthEvent;

/// <summary>A reload failed; the instance before it goes on.</summary>
[EventType("berth.instance.reload_failed")]
public sealed record InstanceReloadFailed(string Slug, string Version, string Code, string Reason) : BerthEvent;

/// <summary>A version failed so often that it is not tried again by itself.</summary>
[EventType("berth.instance.crash_budget_spent")]
public sealed record InstanceCrashBudgetSpent(string Slug, string Version, int Failures, double WindowSeconds) : BerthEvent;

/// <summary>A version may not run any more.</summary>
[EventType("berth.instance.quarantined", Audit = AuditOutcome.Succeeded, NamesUsers = true)]
public sealed record InstanceQuarantined(string Slug, string Version, string Reason, string? By) : BerthEvent;

/// <summary>A version that was quarantined, failed or leaked may run again.</summary>
[EventType("berth.instance.released", Audit = AuditOutcome.Succeeded, NamesUsers = true)]
public sealed record InstanceReleased(string Slug, string Version, string From, string? By) : BerthEvent;

/// <summary>An administrator wants a version to be loaded at every start, or no longer.</summary>
[EventType("berth.instance.wanted", Audit = AuditOutcome.Succeeded, NamesUsers = true)]
public sealed record InstanceWanted(string Slug, string Version, bool IsWanted, string Reason, string? By) : BerthEvent;

/// <summary>The worker of a version ended by itself; it is started anew at <c>RetryAt</c>, or by somebody's decision when there is none.</summary>
[EventType("berth.instance.crashed", Audit = AuditOutcome.Failed)]
public sealed record InstanceCrashed(string Slug, string Version, string Reason, int Crashes, DateTimeOffset? RetryAt) : BerthEvent;
