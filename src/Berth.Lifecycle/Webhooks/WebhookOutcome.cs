using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Webhooks;

/// <summary>How something about a webhook ended.</summary>
public abstract record WebhookOutcome
{
    private WebhookOutcome()
    {
    }

    /// <summary>It is as shown; in a dry run it would be.</summary>
    /// <param name="Webhook">As it is now.</param>
    /// <param name="Secret">A new secret, shown this once.</param>
    public sealed record Done(Webhook Webhook, string? Secret = null) : WebhookOutcome;

    /// <summary>A delivery was made: sent already when it is a test, waiting when it is a replay.</summary>
    public sealed record Delivery(WebhookDelivery Entry) : WebhookOutcome;

    /// <summary>Events of a range wait to be sent again.</summary>
    /// <param name="Count">How many.</param>
    /// <param name="ContinueAfter">The event after which to go on, when there are more than one replay takes.</param>
    public sealed record Queued(int Count, long? ContinueAfter) : WebhookOutcome;

    /// <summary>It is not possible.</summary>
    public sealed record Refused(OperationOutcome.Refused Reason) : WebhookOutcome;
}
