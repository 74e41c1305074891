using Berth.Data.Sessions;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Migration.Packages;
using Berth.Lifecycle.Migration.Planning;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Migration.Apply;

/// <summary>The rows of installations: plugin, modules and generation, with everything the user had set, and their journal.</summary>
internal static class InstallationBatch
{
    private const string InsertPlugin =
        """
        INSERT INTO plugin (id, user_id, plugin_slug, version, digest, enabled, config, granted, generation, created_at, updated_at)
        VALUES (@Id, @UserId, @Slug, @Version, @Digest, @Enabled, @Config, '[]', @Generation, @CreatedAt, @UpdatedAt)
        """;

    private const string InsertModule =
        """
        INSERT INTO module (id, plugin_id, user_id, name, display_name, description, icon, category, enabled, priority,
            props, config_fields, messages, required_services, dependencies, layout, tags, created_at, updated_at)
        VALUES (@Id, @PluginId, @UserId, @Name, @DisplayName, @Description, @Icon, @Category, @Enabled, @Priority,
            @Props, @ConfigFields, @Messages, @RequiredServices, @Dependencies, @Layout, @Tags, @CreatedAt, @UpdatedAt)
        """;

    /// <summary>Writes one installation, unless this run has written it before. Part of the caller's transaction.</summary>
    public static async Task WriteAsync(DbSession session, RunState run, PlannedInstallation installation, string digest)
    {
        var (old, content) = (installation.Old, installation.Content!);
        var (userId, pluginId, columns) = (installation.UserId!, installation.PluginId, old.Row!.Columns);
        var detail = new InstallationDetail(
            userId, content.Slug, content.Version, digest, columns,
            old.Modules.DistinctBy(module => module.Id, StringComparer.Ordinal).ToDictionary(module => module.Id, module => module.Columns, StringComparer.Ordinal));
        if (await MigrationRows.NoteAsync(session, run.Id, MigrationRows.Installation, pluginId, created: true, detail.Write()) == 0)
            return;

        var createdAt = OldColumns.Instant(columns, "created_at", run.StartedAt);
        var generation = await GenerationRows.TryFirstAsync(session, userId, content.Slug, content.Version, run.StartedAt)
            ? 1
            : (await GenerationRows.NewestAsync(session, userId, content.Slug))!.Generation;
        await session.ExecuteAsync(InsertPlugin, new
        {
            Id = pluginId,
            UserId = userId,
            content.Slug,
            content.Version,
            Digest = digest,
            Enabled = OldColumns.Flag(columns, "enabled", otherwise: true),
            Config = OldFields.Parse(columns.GetValueOrDefault("config_fields")) is System.Text.Json.Nodes.JsonObject ? columns["config_fields"]! : "{}",
            Generation = generation,
            CreatedAt = createdAt,
            UpdatedAt = OldColumns.Instant(columns, "updated_at", createdAt),
        });
        foreach (var (name, module) in Modules(old))
            await InsertModuleAsync(session, pluginId, userId, name, module.Columns, run.StartedAt);
    }

    /// <summary>The modules of an installation by name; of two with one name the first by id counts.</summary>
    public static IEnumerable<(string Name, OldRow Row)> Modules(OldInstallation installation) => installation.Modules
        .OrderBy(module => module.Id, StringComparer.Ordinal)
        .Select(module => (ManifestModules.NameOf(module, installation), module))
        .DistinctBy(module => module.Item1, StringComparer.Ordinal);

    private static Task<int> InsertModuleAsync(
        DbSession session, string pluginId, string userId, string name, IReadOnlyDictionary<string, string?> columns, long startedAt)
    {
        var createdAt = OldColumns.Instant(columns, "created_at", startedAt);
        return session.ExecuteAsync(InsertModule, new
        {
            Id = $"{pluginId}_{name}",
            PluginId = pluginId,
            UserId = userId,
            Name = name,
            DisplayName = columns.GetValueOrDefault("display_name") ?? name,
            Description = columns.GetValueOrDefault("description"),
            Icon = columns.GetValueOrDefault("icon"),
            Category = columns.GetValueOrDefault("category"),
            Enabled = OldColumns.Flag(columns, "enabled", otherwise: true),
            Priority = OldColumns.Whole(columns, "priority"),
            Props = OldColumns.Json(columns, "props", "{}"),
            ConfigFields = OldColumns.Json(columns, "config_fields", "{}"),
            Messages = OldColumns.Json(columns, "messages", "{}"),
            RequiredServices = OldColumns.Json(columns, "required_services", "{}"),
            Dependencies = OldColumns.Json(columns, "dependencies", "[]"),
            Layout = OldColumns.Json(columns, "layout", "{}"),
            Tags = OldColumns.Json(columns, "tags", "[]"),
            CreatedAt = createdAt,
            UpdatedAt = OldColumns.Instant(columns, "updated_at", createdAt),
        });
    }
}
