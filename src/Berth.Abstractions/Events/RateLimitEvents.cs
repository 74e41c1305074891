namespace Berth.Events;

/// <summary>Somebody asked more often than they may.</summary>
[EventType("berth.rate_limit.exceeded", IsProtected = true)]
public sealed record RateLimitExceeded(string Category, string Scope, double RetryAfterSeconds) : BerthEvent;
