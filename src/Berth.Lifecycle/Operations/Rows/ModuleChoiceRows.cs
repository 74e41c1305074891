using Berth.Data.Sessions;

namespace Berth.Lifecycle.Operations.Rows;

/// <summary>Rows of <c>module_choice</c>: what a user chose of a module. Updates do not touch them.</summary>
internal static class ModuleChoiceRows
{
    /// <summary>Writes the whole choice. Answers 0 when the values are not those that the change was judged on.</summary>
    public static async Task<int> WriteAsync(DbSession session, ModuleChoiceRow row)
    {
        // The row says the same, for whoever reads it alone.
        if (row.Enabled is not null)
            await session.ExecuteAsync("UPDATE module SET enabled = @Enabled, updated_at = @Now WHERE plugin_id = @PluginId AND user_id = @UserId AND name = @Name", row);
        return await session.ExecuteAsync(
            """
            INSERT INTO module_choice (plugin_id, user_id, name, enabled, priority, settings, updated_at)
            VALUES (@PluginId, @UserId, @Name, @Enabled, @Priority, @Settings, @Now)
            ON CONFLICT (plugin_id, name) DO UPDATE SET enabled = COALESCE(excluded.enabled, module_choice.enabled),
                priority = COALESCE(excluded.priority, module_choice.priority), settings = excluded.settings, updated_at = excluded.updated_at
            WHERE module_choice.settings = @FromSettings
            """,
            row);
    }

    /// <summary>Whether the installation has the module.</summary>
    public static async Task<bool> ExistsAsync(DbSession session, string pluginId, string userId, string name) =>
        await session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM module WHERE plugin_id = @pluginId AND user_id = @userId AND name = @name", new { pluginId, userId, name }) == 1;
}

/// <summary>Parameters of a choice; what is <see langword="null"/> stays as it is.</summary>
internal sealed record ModuleChoiceRow(
    string PluginId, string UserId, string Name, long? Enabled, long? Priority, string Settings, string FromSettings, long Now);
