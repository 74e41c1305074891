namespace Berth.Cli.Http;

/// <summary>A webhook; the secret only where it was just made.</summary>
internal sealed record WebhookRecord(
    string Id, string? UserId, string? Name, string Url, string? Scope, IReadOnlyList<string>? Types, string? Slug, bool Enabled, string? DisabledReason,
    long Failures, DateTimeOffset? PausedUntil, string? Secret);

/// <summary>A page of webhooks.</summary>
internal sealed record WebhookPage(IReadOnlyList<WebhookRecord> Webhooks);

/// <summary>What would be.</summary>
internal sealed record WebhookPlan(WebhookRecord Would);

/// <summary>One request to a receiver.</summary>
internal sealed record WebhookAttemptRecord(long Attempt, DateTimeOffset At, long Ms, int? Status, string? Error, string? Answer);

/// <summary>An event on its way.</summary>
internal sealed record WebhookDeliveryRecord(
    string Id, string Kind, long? EventId, string EventType, string State, DateTimeOffset? NextAt, DateTimeOffset CreatedAt, IReadOnlyList<WebhookAttemptRecord> Attempts);

/// <summary>A page of the log.</summary>
internal sealed record WebhookDeliveryPage(IReadOnlyList<WebhookDeliveryRecord> Deliveries, string? NextCursor);

/// <summary>How many events wait to be sent again.</summary>
internal sealed record WebhookReplay(int Queued, long? ContinueAfter);

/// <summary>The resource <c>/api/v1/webhooks</c> of a host.</summary>
internal static class WebhooksApi
{
    private const string Path = "/api/v1/webhooks";

    /// <summary>The newest hundred.</summary>
    public static async Task<IReadOnlyList<WebhookRecord>> WebhooksAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        (await host.GetAsync<WebhookPage>(Path, cancellationToken)).Webhooks;

    /// <summary>Makes one.</summary>
    public static Task<WebhookRecord> AddWebhookAsync(this ApiConnection host, object body, CancellationToken cancellationToken) =>
        host.SendAsync<WebhookRecord>(HttpMethod.Post, Path, body, cancellationToken);

    /// <summary>Judges one without making it.</summary>
    public static async Task<WebhookRecord> PlanWebhookAsync(this ApiConnection host, object body, CancellationToken cancellationToken) =>
        (await host.SendAsync<WebhookPlan>(HttpMethod.Post, Path + "?dry_run=true", body, cancellationToken)).Would;

    /// <summary>Removes one.</summary>
    public static Task RemoveWebhookAsync(this ApiConnection host, string id, CancellationToken cancellationToken) =>
        host.SendAsync(HttpMethod.Delete, Of(id), null, cancellationToken);

    /// <summary>Gives one another secret.</summary>
    public static Task<WebhookRecord> RotateWebhookAsync(this ApiConnection host, string id, CancellationToken cancellationToken) =>
        host.SendAsync<WebhookRecord>(HttpMethod.Post, Of(id) + "/rotate", null, cancellationToken);

    /// <summary>Switches one on or off.</summary>
    public static Task<WebhookRecord> EnableWebhookAsync(this ApiConnection host, string id, bool enabled, CancellationToken cancellationToken) =>
        host.SendAsync<WebhookRecord>(HttpMethod.Patch, Of(id), new { enabled }, cancellationToken);

    /// <summary>Sends a test.</summary>
    public static Task<WebhookDeliveryRecord> TestWebhookAsync(this ApiConnection host, string id, CancellationToken cancellationToken) =>
        host.SendAsync<WebhookDeliveryRecord>(HttpMethod.Post, Of(id) + "/test", null, cancellationToken);

    /// <summary>The log.</summary>
    public static Task<WebhookDeliveryPage> DeliveriesAsync(this ApiConnection host, string id, string? state, int limit, CancellationToken cancellationToken) =>
        host.GetAsync<WebhookDeliveryPage>($"{Of(id)}/deliveries?limit={limit}{(state is null ? "" : $"&state={Uri.EscapeDataString(state)}")}", cancellationToken);

    /// <summary>Sends the event of a delivery again.</summary>
    public static Task<WebhookDeliveryRecord> ReplayDeliveryAsync(this ApiConnection host, string id, string delivery, CancellationToken cancellationToken) =>
        host.SendAsync<WebhookDeliveryRecord>(HttpMethod.Post, $"{Of(id)}/deliveries/{Uri.EscapeDataString(delivery)}/replay", null, cancellationToken);

    /// <summary>Sends everything since an instant again.</summary>
    public static Task<WebhookReplay> ReplaySinceAsync(this ApiConnection host, string id, DateTimeOffset since, CancellationToken cancellationToken) =>
        host.SendAsync<WebhookReplay>(HttpMethod.Post, $"{Of(id)}/replay?since={since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}", null, cancellationToken);

    private static string Of(string id) => $"{Path}/{Uri.EscapeDataString(id)}";
}
