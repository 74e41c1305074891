namespace Berth.Events;

/// <summary>Calls into an instance fail or are slow, so none is let through for a while.</summary>
[EventType("berth.breaker.opened")]
public sealed record BreakerOpened(string Slug, string Version, string Reason, double RetryAfterMilliseconds) : BerthEvent;

/// <summary>A few calls are let through to see whether the instance has recovered.</summary>
[EventType("berth.breaker.half_opened")]
public sealed record BreakerHalfOpened(string Slug, string Version) : BerthEvent;

/// <summary>The instance has recovered; all calls are let through again.</summary>
[EventType("berth.breaker.closed")]
public sealed record BreakerClosed(string Slug, string Version) : BerthEvent;
