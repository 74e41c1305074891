using Berth.Data.Sessions;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Sharing;

/// <summary>Rows of <c>share</c>. Every statement names the user who asks.</summary>
internal static class ShareRows
{
    private const string Columns =
        "s.id, s.from_user, u.username AS from_name, s.to_user, s.recipient, s.plugin_slug, s.version, s.digest, s.state, s.created_at, s.expires_at";

    public static Task InsertAsync(DbSession session, ShareRow row) => session.ExecuteAsync(
        """
        INSERT INTO share (id, from_user, to_user, recipient, plugin_slug, version, digest, state, created_at, expires_at, updated_at)
        VALUES (@Id, @FromUser, @ToUser, @Recipient, @PluginSlug, @Version, @Digest, @State, @CreatedAt, @ExpiresAt, @CreatedAt)
        """,
        row);

    /// <summary>An offer that this user made or got.</summary>
    public static Task<ShareRow?> FindAsync(DbSession session, string id, string userId) => session.FirstOrDefaultAsync<ShareRow>(
        $"SELECT {Columns} FROM share s JOIN users u ON u.id = s.from_user WHERE s.id = @id AND (s.from_user = @userId OR s.to_user = @userId)", new { id, userId });

    public static Task<IReadOnlyList<ShareRow>> OfUserAsync(DbSession session, string userId, int limit, string? before) => session.QueryAsync<ShareRow>(
        $"""
        SELECT {Columns} FROM share s JOIN users u ON u.id = s.from_user
        WHERE (s.from_user = @userId OR s.to_user = @userId) AND s.id < @before ORDER BY s.id DESC LIMIT @limit
        """,
        new { userId, before = before ?? "g", limit });

    /// <summary>Replaces what was offered to this recipient before.</summary>
    public static Task<int> WithdrawOthersAsync(DbSession session, ShareRow row) => session.ExecuteAsync(
        """
        UPDATE share SET state = 'withdrawn', updated_at = @CreatedAt
        WHERE from_user = @FromUser AND recipient = @Recipient AND plugin_slug = @PluginSlug AND state = 'offered'
        """,
        row);

    /// <summary>Closes an open offer. Answers whether it was open.</summary>
    public static async Task<bool> CloseAsync(DbSession session, string id, string state, long now) => await session.ExecuteAsync(
        "UPDATE share SET state = @state, updated_at = @now WHERE id = @id AND state = 'offered'", new { id, state, now }) == 1;

    /// <summary>Who is called so: a user id, or a name without regard to case.</summary>
    public static Task<string?> UserAsync(DbSession session, string recipient) => StorePaths.IsUserId(recipient)
        ? session.ScalarAsync<string>("SELECT id FROM users WHERE id = @recipient AND disabled_at IS NULL", new { recipient })
        : session.ScalarAsync<string>(
            "SELECT id FROM users WHERE username_folded = @folded AND disabled_at IS NULL", new { folded = recipient.Normalize().ToLowerInvariant() });
}

/// <summary>An offer as stored.</summary>
internal sealed record ShareRow(
    string Id, string FromUser, string FromName, string? ToUser, string Recipient, string PluginSlug, string Version, string Digest, string State,
    long CreatedAt, long ExpiresAt)
{
    public ShareOffer ToOffer(string userId, long now) => new(
        Id, FromUser, FromName, Recipient, ToUser == userId, PluginSlug, Version, Digest, State == "offered" && ExpiresAt <= now ? "expired" : State,
        DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt));
}
