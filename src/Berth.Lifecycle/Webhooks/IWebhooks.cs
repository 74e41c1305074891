using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Webhooks;

/// <summary>
/// Webhooks of users. Every call takes <c>visibleTo</c>: the user whose webhooks it may see and change, or
/// <see langword="null"/> for an administrator, who may all.
/// </summary>
public interface IWebhooks
{
    /// <summary>
    /// Makes one. After: events that are committed from then on are sent to it. After a failure: nothing. The outcome has
    /// the secret, which is never shown again.
    /// </summary>
    /// <param name="caller">Whose it becomes.</param>
    /// <param name="wanted">What it is to be.</param>
    /// <param name="isDryRun">Judges only.</param>
    Task<WebhookOutcome> CreateAsync(OperationCaller caller, WebhookChange wanted, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>A page, newest first.</summary>
    Task<IReadOnlyList<Webhook>> ListAsync(string? visibleTo, int limit, string? before = null, CancellationToken cancellationToken = default);

    /// <summary>One of them.</summary>
    Task<WebhookOutcome> FindAsync(string? visibleTo, string id, CancellationToken cancellationToken = default);

    /// <summary>Changes one. Its failures are forgotten; with other filters, or switched on, it gets what comes from then on.</summary>
    Task<WebhookOutcome> ChangeAsync(
        OperationCaller caller, string? visibleTo, string id, WebhookChange wanted, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>Removes one with its log. After: nothing is sent to it any more; what is on its way may still arrive.</summary>
    Task<WebhookOutcome> RemoveAsync(OperationCaller caller, string? visibleTo, string id, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>Gives it another secret. Both sign for <see cref="WebhookOptions.RotationOverlap"/>.</summary>
    Task<WebhookOutcome> RotateAsync(OperationCaller caller, string? visibleTo, string id, bool isDryRun, CancellationToken cancellationToken = default);
}
