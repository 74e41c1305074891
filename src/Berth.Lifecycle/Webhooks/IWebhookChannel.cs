using Berth.Lifecycle.Events;

namespace Berth.Lifecycle.Webhooks;

/// <summary>The way to receivers, which are strangers: whatever they do is an answer, never an exception.</summary>
public interface IWebhookChannel
{
    /// <summary>Why nothing may be sent there, for a person; <see langword="null"/> when it may. Names are looked up when something is sent.</summary>
    string? Refuse(Uri address);

    /// <summary>What is sent for an event, the same bytes each time.</summary>
    /// <param name="published">The event.</param>
    /// <param name="id">Its id, where it is not its number.</param>
    string Body(PublishedEvent published, string? id = null);

    /// <summary>Posts a message and tells what came back.</summary>
    Task<WebhookAnswer> SendAsync(WebhookMessage message, CancellationToken cancellationToken);
}

/// <summary>A signed message, in the format of Standard Webhooks.</summary>
/// <param name="Address">Where to.</param>
/// <param name="Id">The same for each attempt and replay, so that a receiver knows what it has had.</param>
/// <param name="Timestamp">Unix seconds of this attempt.</param>
/// <param name="Signature">One or two signatures, separated by a space.</param>
/// <param name="Body">JSON.</param>
public sealed record WebhookMessage(Uri Address, string Id, long Timestamp, string Signature, string Body);

/// <summary>What came back.</summary>
/// <param name="Status">HTTP status, when there was an answer.</param>
/// <param name="Error">A word for why there was none.</param>
/// <param name="Text">How the answer began.</param>
/// <param name="RetryAfter">How long the receiver asked to be left alone.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record WebhookAnswer(int? Status, string? Error, string? Text, TimeSpan? RetryAfter, TimeSpan Elapsed)
{
    /// <summary>Whether the receiver took it.</summary>
    public bool IsTaken => Status is >= 200 and < 300;
}
