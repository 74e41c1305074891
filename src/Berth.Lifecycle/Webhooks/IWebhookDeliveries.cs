using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Webhooks;

/// <summary>What was sent to a webhook, and sending it again. <c>visibleTo</c> is as in <see cref="IWebhooks"/>.</summary>
public interface IWebhookDeliveries
{
    /// <summary>The log, newest first; <see langword="null"/> when there is no such webhook.</summary>
    /// <param name="state">Only deliveries in this state.</param>
    Task<IReadOnlyList<WebhookDelivery>?> ListAsync(
        string? visibleTo, string id, string? state, int limit, string? before = null, CancellationToken cancellationToken = default);

    /// <summary>Sends <c>berth.webhook.test</c> now, once, also when it is switched off. The outcome tells what came back.</summary>
    Task<WebhookOutcome> TestAsync(string? visibleTo, string id, CancellationToken cancellationToken = default);

    /// <summary>Sends the event of a delivery again, with the same id.</summary>
    Task<WebhookOutcome> ReplayAsync(
        OperationCaller caller, string? visibleTo, string id, string deliveryId, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends all events again that the webhook wants now and that happened within a time: those that it got, and those that
    /// it missed. At most <see cref="WebhookOptions.MostReplayed"/>; the outcome tells where to go on.
    /// </summary>
    Task<WebhookOutcome> ReplayRangeAsync(
        OperationCaller caller, string? visibleTo, string id, ReplayRange range, bool isDryRun, CancellationToken cancellationToken = default);
}

/// <summary>Which events.</summary>
/// <param name="Since">Not before.</param>
/// <param name="Until">Before; <see langword="null"/> for up to now.</param>
/// <param name="After">Only events with a larger number, to go on.</param>
public sealed record ReplayRange(DateTimeOffset Since, DateTimeOffset? Until = null, long After = 0);
