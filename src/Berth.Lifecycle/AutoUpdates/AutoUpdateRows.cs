using Berth.Data.Sessions;

namespace Berth.Lifecycle.AutoUpdates;

/// <summary>Rows of <c>auto_update</c>: one for each installation whose user opted in.</summary>
internal static class AutoUpdateRows
{
    private const string Entries =
        """
        SELECT a.plugin_slug, a.since, a.state, a.version, a.code, a.reason, a.attempts, a.next_at, a.decided_at, t.checked_at
        FROM auto_update a LEFT JOIN auto_update_turn t ON t.plugin_slug = a.plugin_slug
        """;

    public static Task<IReadOnlyList<AutoUpdateRow>> OfUserAsync(DbSession session, string userId) =>
        session.QueryAsync<AutoUpdateRow>($"{Entries} WHERE a.user_id = @userId", new { userId });

    public static Task<AutoUpdateRow?> FindAsync(DbSession session, string pluginId) =>
        session.FirstOrDefaultAsync<AutoUpdateRow>($"{Entries} WHERE a.plugin_id = @pluginId", new { pluginId });

    public static async Task<bool> ExistsAsync(DbSession session, string pluginId) =>
        await session.ScalarAsync<long>("SELECT COUNT(*) FROM auto_update WHERE plugin_id = @pluginId", new { pluginId }) > 0;

    /// <summary>Opts in or out. Opting in again begins anew: what was given up is tried again.</summary>
    public static Task SetAsync(DbSession session, string pluginId, string userId, string slug, bool isOn, long now) => isOn
        ? session.ExecuteAsync(
            $"""
            INSERT INTO auto_update (plugin_id, user_id, plugin_slug, since, state) VALUES (@pluginId, @userId, @slug, @now, '{AutoUpdateState.Current}')
            ON CONFLICT (plugin_id) DO UPDATE SET since = excluded.since, state = excluded.state, version = NULL, code = NULL, reason = NULL,
                attempts = 0, next_at = 0, decided_at = NULL
            """,
            new { pluginId, userId, slug, now })
        : session.ExecuteAsync("DELETE FROM auto_update WHERE plugin_id = @pluginId", new { pluginId });

    /// <summary>The plugins that anybody lets be updated.</summary>
    public static Task<IReadOnlyList<string>> SlugsAsync(DbSession session) =>
        session.QueryAsync<string>("SELECT DISTINCT plugin_slug FROM auto_update ORDER BY plugin_slug");

    /// <summary>The slugs that a user lets be updated.</summary>
    public static Task<IReadOnlyList<string>> SlugsOfAsync(DbSession session, string userId) =>
        session.QueryAsync<string>("SELECT plugin_slug FROM auto_update WHERE user_id = @userId", new { userId });

    /// <summary>Installations of a plugin that are to be looked at: switched on, of users who are not disabled.</summary>
    public static Task<IReadOnlyList<DueInstallation>> PageAsync(DbSession session, string slug, string after, int limit) => session.QueryAsync<DueInstallation>(
        """
        SELECT a.plugin_id, a.user_id, a.plugin_slug, u.username, u.roles, p.version, p.digest, p.generation, p.pinned, p.channel, p.previous_version, p.updated_at,
            a.since, a.state, a.version AS considered, a.code, a.attempts, a.next_at
        FROM auto_update a JOIN plugin p ON p.id = a.plugin_id JOIN users u ON u.id = a.user_id
        WHERE a.plugin_slug = @slug AND a.plugin_id > @after AND p.enabled = 1 AND u.disabled_at IS NULL
        ORDER BY a.plugin_id LIMIT @limit
        """,
        new { slug, after, limit });

    /// <summary>Writes what was decided, unless the user opted out or in again meanwhile. Answers whether it did.</summary>
    public static async Task<bool> DecideAsync(DbSession session, DueInstallation due, AutoUpdateVerdict verdict, long now) => await session.ExecuteAsync(
        """
        UPDATE auto_update SET state = @State, version = @Version, code = @Code, reason = @Reason, attempts = @Attempts, next_at = @NextAt, decided_at = @now
        WHERE plugin_id = @PluginId AND since = @Since
        """,
        new { due.PluginId, due.Since, verdict.State, verdict.Version, verdict.Code, verdict.Reason, verdict.Attempts, verdict.NextAt, now }) == 1;
}

/// <summary>A row as it is shown.</summary>
internal sealed record AutoUpdateRow(
    string PluginSlug, long Since, string State, string? Version, string? Code, string? Reason, long Attempts, long NextAt, long? DecidedAt, long? CheckedAt);

/// <summary>What is to become of an installation.</summary>
internal sealed record AutoUpdateVerdict(string State, string? Version = null, string? Code = null, string? Reason = null, long Attempts = 0, long NextAt = 0);
