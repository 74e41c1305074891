using System.Runtime.CompilerServices;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Manifest;

namespace Berth.Lifecycle.Operations.Rows;

/// <summary>Rows of <c>module</c>: what the manifest says, and what the user chose (<c>enabled</c>).</summary>
internal static class ModuleRows
{
    private static readonly ConditionalWeakTable<PluginManifest, IReadOnlyList<ModuleTemplate>> Templates = new();

    /// <summary>The manifest's modules as columns; made once for a manifest object, which the store keeps.</summary>
    public static IReadOnlyList<ModuleTemplate> TemplatesOf(PluginManifest manifest) =>
        Templates.GetValue(manifest, static from => [.. (from.Frontend?.Modules ?? []).Select(ModuleTemplate.From)]);

    public static IReadOnlyList<string> IdsOf(PluginManifest manifest, string pluginId)
    {
        var templates = TemplatesOf(manifest);
        var ids = new string[templates.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = $"{pluginId}_{templates[i].Name}";
        return ids;
    }

    public static async Task InsertAsync(DbSession session, PluginManifest manifest, string pluginId, string userId, long now)
    {
        foreach (var template in TemplatesOf(manifest))
            await session.ExecuteAsync(Insert, new ModuleRow(template, pluginId, userId, now));
    }

    /// <summary>
    /// Makes the rows those of another version: modules it does not have disappear, new ones appear, and those that stay
    /// take the manifest's texts but keep what the user chose. Answers what was deleted and created.
    /// </summary>
    public static async Task<(IReadOnlyList<string> Deleted, IReadOnlyList<string> Created)> ReconcileAsync(
        DbSession session, PluginManifest manifest, string pluginId, string userId, long now)
    {
        var present = await session.QueryAsync<string>(
            "SELECT name FROM module WHERE plugin_id = @pluginId AND user_id = @userId", new { pluginId, userId });
        var templates = TemplatesOf(manifest);
        var wanted = templates.Select(template => template.Name).ToHashSet(StringComparer.Ordinal);
        List<string> deleted = [], created = [];
        foreach (var name in present.Where(name => !wanted.Contains(name)))
        {
            await session.ExecuteAsync(
                "DELETE FROM module WHERE plugin_id = @pluginId AND user_id = @userId AND name = @name", new { pluginId, userId, name });
            deleted.Add($"{pluginId}_{name}");
        }

        foreach (var template in templates)
        {
            var isNew = !present.Contains(template.Name, StringComparer.Ordinal);
            await session.ExecuteAsync(isNew ? Insert : Update, new ModuleRow(template, pluginId, userId, now));
            if (isNew)
                created.Add($"{pluginId}_{template.Name}");
        }

        return (deleted, created);
    }

    /// <summary>Deletes rows whose id or user is not that of their installation. Answers their ids.</summary>
    public static async Task<IReadOnlyList<string>> DropStraysAsync(DbSession session, string pluginId, string userId)
    {
        var strays = await session.QueryAsync<string>(
            "SELECT id FROM module WHERE plugin_id = @pluginId AND (user_id <> @userId OR id <> plugin_id || '_' || name)", new { pluginId, userId });
        if (strays.Count > 0)
            await session.ExecuteAsync("DELETE FROM module WHERE plugin_id = @pluginId AND id IN @strays", new { pluginId, strays });
        return strays;
    }

    private const string Insert =
        """
        INSERT INTO module (id, plugin_id, user_id, name, display_name, description, icon, category, enabled, priority,
            props, config_fields, messages, required_services, dependencies, layout, tags, created_at, updated_at)
        VALUES (@Id, @PluginId, @UserId, @Name, @DisplayName, @Description, @Icon, @Category, 1, @Priority,
            @Props, @ConfigFields, @Messages, @RequiredServices, @Dependencies, @Layout, @Tags, @Now, @Now)
        """;

    private const string Update =
        """
        UPDATE module SET display_name = @DisplayName, description = @Description, icon = @Icon, category = @Category,
            priority = @Priority, props = @Props, config_fields = @ConfigFields, messages = @Messages,
            required_services = @RequiredServices, dependencies = @Dependencies, layout = @Layout, tags = @Tags, updated_at = @Now
        WHERE id = @Id AND plugin_id = @PluginId AND user_id = @UserId AND name = @Name
        """;

    private sealed class ModuleRow(ModuleTemplate template, string pluginId, string userId, long now)
    {
        public string Id { get; } = $"{pluginId}_{template.Name}";

        public string PluginId => pluginId;

        public string UserId => userId;

        public string Name => template.Name;

        public string DisplayName => template.DisplayName;

        public string? Description => template.Description;

        public string? Icon => template.Icon;

        public string? Category => template.Category;

        public long Priority => template.Priority;

        public string Props => template.Props;

        public string ConfigFields => template.ConfigFields;

        public string Messages => template.Messages;

        public string RequiredServices => template.RequiredServices;

        public string Dependencies => template.Dependencies;

        public string Layout => template.Layout;

        public string Tags => template.Tags;

        public long Now => now;
    }
}

/// <summary>One module of a manifest as columns.</summary>
internal sealed record ModuleTemplate(
    string Name, string DisplayName, string? Description, string? Icon, string? Category, long Priority,
    string Props, string ConfigFields, string Messages, string RequiredServices, string Dependencies, string Layout, string Tags)
{
    public static ModuleTemplate From(FrontendModuleManifest module) => new(
        module.Name, module.DisplayName, module.Description, module.Icon, module.Category, module.Priority,
        Text(module.Props), Text(module.ConfigFields), Text(module.Messages), Text(module.RequiredServices),
        Text(module.Dependencies), Text(module.Layout), Text(module.Tags));

    private static string Text(JsonElement? element) => element?.GetRawText() ?? "{}";

    private static string Text(IReadOnlyList<string> texts) => texts.Count == 0 ? "[]" : JsonSerializer.Serialize(texts, LifecycleJson.Default.IReadOnlyListString);
}
