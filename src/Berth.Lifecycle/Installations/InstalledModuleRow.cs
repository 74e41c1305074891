using Berth.Lifecycle.Settings;

namespace Berth.Lifecycle.Installations;

/// <summary>A row of <c>module</c> with what the user chose of it, as read.</summary>
internal sealed record InstalledModuleRow(
    string Id, string PluginId, string Name, string DisplayName, string? Description, string? Icon, string? Category, long Enabled, long Priority,
    string Props, string ConfigFields, string Messages, string RequiredServices, string Dependencies, string Layout, string Tags, string Settings)
{
    // The choice wins; a module that an update took away and a rollback brought back is as the user left it.
    public const string Select =
        """
        SELECT m.id, m.plugin_id, m.name, m.display_name, m.description, m.icon, m.category,
            COALESCE(c.enabled, m.enabled) AS enabled, COALESCE(c.priority, m.priority) AS priority,
            m.props, m.config_fields, m.messages, m.required_services, m.dependencies, m.layout, m.tags, COALESCE(c.settings, '{}') AS settings
        FROM module m LEFT JOIN module_choice c ON c.plugin_id = m.plugin_id AND c.name = m.name
        """;

    public InstalledModule ToSnapshot() => new()
    {
        Id = Id,
        PluginId = PluginId,
        Name = Name,
        DisplayName = DisplayName,
        Description = Description,
        Icon = Icon,
        Category = Category,
        Enabled = Enabled != 0,
        Priority = (int)Priority,
        SettingsJson = Settings,
        Json = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["props"] = ModuleValues.IntoProps(Props, ConfigFields, Settings),
            ["configFields"] = ModuleValues.IntoFields(ConfigFields, Settings),
            ["messages"] = Messages,
            ["requiredServices"] = RequiredServices,
            ["dependencies"] = Dependencies,
            ["layout"] = Layout,
            ["tags"] = Tags,
        },
    };
}
