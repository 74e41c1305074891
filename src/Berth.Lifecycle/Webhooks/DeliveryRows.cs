using Berth.Data.Sessions;
using Berth.Lifecycle.Events;

namespace Berth.Lifecycle.Webhooks;

/// <summary>Rows of <c>webhook_delivery</c> and <c>webhook_attempt</c>.</summary>
internal static class DeliveryRows
{
    public static Task InsertAsync(DbSession session, DeliveryRow row) => session.ExecuteAsync(
        """
        INSERT INTO webhook_delivery (id, webhook_id, user_id, kind, event_seq, event_type, state, attempts, next_at, created_at, updated_at)
        VALUES (@Id, @WebhookId, @UserId, @Kind, @EventSeq, @EventType, @State, @Attempts, @NextAt, @CreatedAt, @UpdatedAt)
        """,
        row);

    /// <summary>The one that waits longest for this webhook.</summary>
    public static Task<DeliveryRow?> DueAsync(DbSession session, string webhookId, long now) => session.FirstOrDefaultAsync<DeliveryRow>(
        "SELECT * FROM webhook_delivery WHERE webhook_id = @webhookId AND state = 'pending' AND next_at <= @now ORDER BY next_at, event_seq LIMIT 1", new { webhookId, now });

    public static Task<DeliveryRow?> FindAsync(DbSession session, string webhookId, string id) => session.FirstOrDefaultAsync<DeliveryRow>(
        "SELECT * FROM webhook_delivery WHERE id = @id AND webhook_id = @webhookId", new { id, webhookId });

    public static Task<IReadOnlyList<DeliveryRow>> ListAsync(DbSession session, string webhookId, string? state, int limit, string? before) => session.QueryAsync<DeliveryRow>(
        $"SELECT * FROM webhook_delivery WHERE webhook_id = @webhookId AND id < @before{(state is null ? "" : " AND state = @wanted")} ORDER BY id DESC LIMIT @limit",
        new { webhookId, before = before ?? "g", wanted = state ?? "", limit });

    public static Task<IReadOnlyList<AttemptRow>> AttemptsAsync(DbSession session, IReadOnlyList<string> deliveries) => session.QueryAsync<AttemptRow>(
        "SELECT * FROM webhook_attempt WHERE delivery_id IN @deliveries ORDER BY delivery_id, attempt", new { deliveries });

    /// <summary>Writes the next state. Answers whether the delivery is still there and nobody else has tried it meanwhile.</summary>
    public static async Task<bool> AdvanceAsync(DbSession session, DeliveryRow row) => await session.ExecuteAsync(
        "UPDATE webhook_delivery SET state = @State, attempts = @Attempts, next_at = @NextAt, updated_at = @UpdatedAt WHERE id = @Id AND attempts < @Attempts", row) == 1;

    public static Task GoneAsync(DbSession session, string id, long at) => session.ExecuteAsync(
        "UPDATE webhook_delivery SET state = 'gone', next_at = NULL, updated_at = @at WHERE id = @id AND state = 'pending'", new { id, at });

    public static Task InsertAttemptAsync(DbSession session, AttemptRow row) => session.ExecuteAsync(
        "INSERT INTO webhook_attempt (delivery_id, attempt, at, ms, status, error, answer) VALUES (@DeliveryId, @Attempt, @At, @Ms, @Status, @Error, @Answer)", row);
}

/// <summary>A delivery as stored.</summary>
internal sealed record DeliveryRow(
    string Id, string WebhookId, string? UserId, string Kind, long? EventSeq, string EventType, string State, long Attempts, long? NextAt, long CreatedAt, long UpdatedAt)
{
    public static DeliveryRow Of(string webhookId, string kind, PublishedEvent published, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        return new(Guid.CreateVersion7(now).ToString("n"), webhookId, published.UserId, kind, published.Sequence, published.Type, "pending", 0, at, at, at);
    }

    public WebhookDelivery ToDelivery(IEnumerable<AttemptRow> attempts) => new(
        Id, WebhookId, Kind, EventSeq, EventType, State, NextAt is { } next ? DateTimeOffset.FromUnixTimeMilliseconds(next) : null,
        DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), [.. attempts.Select(attempt => attempt.ToAttempt())]);
}

/// <summary>An attempt as stored.</summary>
internal sealed record AttemptRow(string DeliveryId, long Attempt, long At, long Ms, long? Status, string? Error, string? Answer)
{
    public WebhookAttempt ToAttempt() => new(Attempt, DateTimeOffset.FromUnixTimeMilliseconds(At), Ms, (int?)Status, Error, Answer);
}
