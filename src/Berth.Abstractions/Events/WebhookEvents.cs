namespace Berth.Events;

/// <summary>A webhook was made.</summary>
[EventType("berth.webhook.created")]
public sealed record WebhookCreated(string WebhookId) : BerthEvent;

/// <summary>A webhook was removed.</summary>
[EventType("berth.webhook.deleted")]
public sealed record WebhookDeleted(string WebhookId) : BerthEvent;

/// <summary>A webhook failed for so long that nothing is sent to it until its owner switches it on again.</summary>
[EventType("berth.webhook.disabled")]
public sealed record WebhookDisabled(string WebhookId, string Reason) : BerthEvent;

/// <summary>A webhook was changed, or got another secret, or was told to send again.</summary>
[EventType("berth.webhook.changed")]
public sealed record WebhookChanged(string WebhookId, string What) : BerthEvent;

/// <summary>Sent to a webhook when its owner asks for a test; it stands in no outbox.</summary>
[EventType("berth.webhook.test")]
public sealed record WebhookTest(string WebhookId) : BerthEvent;
