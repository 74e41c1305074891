using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Lifecycle.Webhooks;

/// <summary>Rows of <c>webhook</c>.</summary>
internal static class WebhookRows
{
    private const string Administrator = "%\"admin\"%";

    /// <summary>Those that are sent to: switched on, their owner there, and an administrator where everybody's events are asked for.</summary>
    private const string Sendable =
        "FROM webhook w JOIN users u ON u.id = w.user_id WHERE w.enabled = 1 AND u.disabled_at IS NULL AND (w.everybodys = 0 OR u.roles LIKE @Administrator)";

    public static Task InsertAsync(DbSession session, WebhookRow row) => session.ExecuteAsync(
        """
        INSERT INTO webhook (id, user_id, name, url, everybodys, types, plugin_slug, secret, enabled, begins_after, created_at, updated_at)
        VALUES (@Id, @UserId, @Name, @Url, @Everybodys, @Types, @PluginSlug, @Secret, @Enabled, @BeginsAfter, @CreatedAt, @UpdatedAt)
        """,
        row);

    /// <summary>Writes what its owner chooses, and forgets its failures: whoever changes it gives it another chance.</summary>
    public static Task<int> UpdateAsync(DbSession session, WebhookRow row) => session.ExecuteAsync(
        """
        UPDATE webhook SET name = @Name, url = @Url, everybodys = @Everybodys, types = @Types, plugin_slug = @PluginSlug, enabled = @Enabled,
            begins_after = @BeginsAfter, disabled_reason = @DisabledReason, failures = 0, failing_since = NULL, paused_until = NULL, updated_at = @UpdatedAt
        WHERE id = @Id
        """,
        row);

    public static Task<int> RotateAsync(DbSession session, WebhookRow row) => session.ExecuteAsync(
        "UPDATE webhook SET secret = @Secret, previous_secret = @PreviousSecret, previous_until = @PreviousUntil, updated_at = @UpdatedAt WHERE id = @Id", row);

    public static Task<int> DeleteAsync(DbSession session, string id) => session.ExecuteAsync("DELETE FROM webhook WHERE id = @id", new { id });

    public static Task<WebhookRow?> FindAsync(DbSession session, string id) =>
        session.FirstOrDefaultAsync<WebhookRow>("SELECT * FROM webhook WHERE id = @id", new { id });

    public static Task<long> CountAsync(DbSession session, string userId) =>
        session.ScalarAsync<long>("SELECT COUNT(*) FROM webhook WHERE user_id = @userId", new { userId });

    public static Task<IReadOnlyList<WebhookRow>> ListAsync(DbSession session, string? userId, int limit, string? before) => session.QueryAsync<WebhookRow>(
        $"SELECT * FROM webhook WHERE id < @before{(userId is null ? "" : " AND user_id = @user")} ORDER BY id DESC LIMIT @limit",
        new { before = before ?? "g", user = userId ?? "", limit });

    public static Task<IReadOnlyList<WebhookRow>> SendableAsync(DbSession session) =>
        session.QueryAsync<WebhookRow>($"SELECT w.* {Sendable}", new { Administrator });

    public static Task<WebhookRow?> SendableAsync(DbSession session, string id, long now) => session.FirstOrDefaultAsync<WebhookRow>(
        $"SELECT w.* {Sendable} AND w.id = @id AND (w.paused_until IS NULL OR w.paused_until <= @now)", new { Administrator, id, now });

    public static async Task<bool> AnySendableAsync(DbSession session) =>
        await session.ScalarAsync<long>($"SELECT CASE WHEN EXISTS (SELECT 1 {Sendable}) THEN 1 ELSE 0 END", new { Administrator }) > 0;

    /// <summary>Those for which something is due, the ones that work first.</summary>
    public static Task<IReadOnlyList<DueWebhook>> DueAsync(DbSession session, long now) => session.QueryAsync<DueWebhook>(
        $"""
        SELECT w.id, w.failures {Sendable} AND (w.paused_until IS NULL OR w.paused_until <= @now)
            AND EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 'pending' AND d.next_at <= @now)
        ORDER BY w.failures, w.id LIMIT 500
        """,
        new { Administrator, now });

    public static Task SucceededAsync(DbSession session, string id) => session.ExecuteAsync(
        "UPDATE webhook SET failures = 0, failing_since = NULL, paused_until = NULL WHERE id = @id AND failures > 0", new { id });

    public static Task FailedAsync(DbSession session, string id, long at, long? pausedUntil) => session.ExecuteAsync(
        "UPDATE webhook SET failures = failures + 1, failing_since = COALESCE(failing_since, @at), paused_until = @pausedUntil WHERE id = @id", new { id, at, pausedUntil });

    /// <summary>Answers whether it was on until now.</summary>
    public static async Task<bool> DisableAsync(DbSession session, string id, string reason, long at) => await session.ExecuteAsync(
        "UPDATE webhook SET enabled = 0, disabled_reason = @reason, updated_at = @at WHERE id = @id AND enabled = 1", new { id, reason, at }) == 1;
}

/// <summary>A webhook with something to send.</summary>
internal sealed record DueWebhook(string Id, long Failures);

/// <summary>A webhook as stored.</summary>
internal sealed record WebhookRow(
    string Id, string UserId, string Name, string Url, long Everybodys, string Types, string? PluginSlug, string Secret, string? PreviousSecret, long? PreviousUntil,
    long Enabled, string? DisabledReason, long BeginsAfter, long Failures, long? FailingSince, long? PausedUntil, long CreatedAt, long UpdatedAt)
{
    public string[] TypeList => JsonSerializer.Deserialize(Types, LifecycleJson.Default.StringArray) ?? [];

    public Webhook ToWebhook() => new(
        Id, UserId, Name, Url, Everybodys == 1, TypeList, PluginSlug, Enabled == 1, DisabledReason, Failures,
        Time(FailingSince), Time(PausedUntil), PreviousSecret is null ? null : Time(PreviousUntil),
        DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt));

    private static DateTimeOffset? Time(long? at) => at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
}
