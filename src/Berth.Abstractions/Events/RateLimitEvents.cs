namespace Berth.Events;

/// <summary>Somebody asked more often than they may.</summary>
[EventType("berth.rate_limit.exceeded", Audit = AuditOutcome.Failed)]
public sealed record RateLimitExceeded(string Category, string Scope, double RetryAfterSeconds) : BerthEvent;
