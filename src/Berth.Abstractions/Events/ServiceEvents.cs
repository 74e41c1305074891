namespace Berth.Events;

/// <summary>A plugin offers a service to others.</summary>
[EventType("berth.service.offered")]
public sealed record ServiceOffered(string Slug, string Version, string Token) : BerthEvent;

/// <summary>A service is not there for now; its consumers get <see cref="ServiceWithdrawnException"/>.</summary>
[EventType("berth.service.withdrawn")]
public sealed record ServiceWithdrawn(string Slug, string Version, string Token, string Reason) : BerthEvent;

/// <summary>A consumer was bound to the provider of a service.</summary>
[EventType("berth.service.bound")]
public sealed record ServiceBound(string Slug, string Version, string Token, string Provider, string ProviderVersion) : BerthEvent;

/// <summary>A plugin asked for a service that it may not use.</summary>
[EventType("berth.service.refused", Audit = AuditOutcome.Failed)]
public sealed record ServiceRefused(string Slug, string Version, string Token, string Code, string Reason) : BerthEvent;
