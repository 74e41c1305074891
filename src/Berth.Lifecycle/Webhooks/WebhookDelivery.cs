namespace Berth.Lifecycle.Webhooks;

/// <summary>An event on its way to a receiver, and what came back.</summary>
/// <param name="Id">Its id.</param>
/// <param name="WebhookId">Of which webhook.</param>
/// <param name="Kind"><c>event</c>, <c>replay</c> or <c>test</c>.</param>
/// <param name="EventId">The number of the event; <see langword="null"/> for a test.</param>
/// <param name="EventType">Its type.</param>
/// <param name="State">
/// <c>pending</c>; <c>delivered</c>; <c>failed</c>, when no attempt is left; <c>gone</c>, when the event is not kept any more.
/// </param>
/// <param name="NextAt">When the next attempt is due.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="Attempts">All of them, oldest first.</param>
public sealed record WebhookDelivery(
    string Id, string WebhookId, string Kind, long? EventId, string EventType, string State, DateTimeOffset? NextAt, DateTimeOffset CreatedAt,
    IReadOnlyList<WebhookAttempt> Attempts);

/// <summary>One request to a receiver.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="At">When it began.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Status">HTTP status; <see langword="null"/> without an answer.</param>
/// <param name="Error">Why there was no answer: <c>timeout</c>, <c>connection</c>, <c>tls</c>, <c>address_refused</c>, <c>answer</c> or <c>secret</c>.</param>
/// <param name="Answer">How the answer began.</param>
public sealed record WebhookAttempt(long Number, DateTimeOffset At, long Milliseconds, int? Status, string? Error, string? Answer);
