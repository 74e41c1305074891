namespace Berth.Events;

/// <summary>A version is being loaded.</summary>
[EventType("berth.loading.started")]
public sealed record LoadingStarted(string Slug, string Version, int Attempt) : BerthEvent;

/// <summary>A load reached a phase of the pipeline; <c>Percent</c> is how far it is.</summary>
[EventType("berth.loading.progress")]
public sealed record LoadingProgress(string Slug, string Version, string Phase, int Percent) : BerthEvent;

/// <summary>A version runs.</summary>
[EventType("berth.loading.completed")]
public sealed record LoadingCompleted(string Slug, string Version, string Isolation, double Milliseconds) : BerthEvent;

/// <summary>A version could not be brought up.</summary>
[EventType("berth.loading.failed")]
public sealed record LoadingFailed(string Slug, string Version, string Phase, string Code, string Reason, int Attempt, DateTimeOffset? RetryAt) : BerthEvent;

/// <summary>Several versions are loaded together, in the way that was chosen for the reason that is given.</summary>
[EventType("berth.loading.strategy_chosen")]
public sealed record LoadingStrategyChosen(string Strategy, int Count, int Depth, string Reason) : BerthEvent;

/// <summary>The load of several versions ended.</summary>
[EventType("berth.loading.many_completed")]
public sealed record LoadingManyCompleted(string Strategy, int Loaded, int Failed, double Milliseconds) : BerthEvent;

/// <summary>The host runs without plugins until an administrator ends it.</summary>
[EventType("berth.loading.safe_mode", Audit = AuditOutcome.Succeeded)]
public sealed record SafeModeChanged(bool IsOn, string Reason) : BerthEvent;
