using Berth.Data.Sessions;

namespace Berth.Lifecycle.Migration.Verify;

/// <summary>An installation as it is in Berth.</summary>
internal sealed record MigratedPlugin(
    string Id, string UserId, string PluginSlug, string Version, string Digest, long Enabled, string Config, long CreatedAt, long UpdatedAt, string? PreviousVersion)
{
    public static Task<MigratedPlugin?> FindAsync(DbSession session, string id) => session.FirstOrDefaultAsync<MigratedPlugin>(
        "SELECT id, user_id, plugin_slug, version, digest, enabled, config, created_at, updated_at, previous_version FROM plugin WHERE id = @id", new { id });
}

/// <summary>A module as it is in Berth.</summary>
internal sealed record MigratedModule(
    string Id, string Name, string UserId, string DisplayName, string? Description, string? Icon, string? Category, long Enabled, long Priority,
    string Props, string ConfigFields, string Messages, string RequiredServices, string Dependencies, string Layout, string Tags, long UpdatedAt)
{
    public static Task<IReadOnlyList<MigratedModule>> OfAsync(DbSession session, string pluginId) => session.QueryAsync<MigratedModule>(
        """
        SELECT id, name, user_id, display_name, description, icon, category, enabled, priority, props, config_fields, messages, required_services, dependencies, layout, tags, updated_at
        FROM module WHERE plugin_id = @pluginId
        """,
        new { pluginId });

    /// <summary>A column by the name that it has in both systems.</summary>
    public string? this[string column] => column switch
    {
        "display_name" => DisplayName,
        "description" => Description,
        "icon" => Icon,
        "category" => Category,
        "props" => Props,
        "config_fields" => ConfigFields,
        "messages" => Messages,
        "required_services" => RequiredServices,
        "dependencies" => Dependencies,
        "layout" => Layout,
        "tags" => Tags,
        _ => throw new ArgumentException("There is no such column.", nameof(column)),
    };
}
