namespace Berth.Lifecycle.Installations;

/// <summary>A row of <c>module</c> as read.</summary>
internal sealed record InstalledModuleRow(
    string Id, string PluginId, string Name, string DisplayName, string? Description, string? Icon, string? Category, long Enabled, long Priority,
    string Props, string ConfigFields, string Messages, string RequiredServices, string Dependencies, string Layout, string Tags)
{
    public const string Columns =
        "id, plugin_id, name, display_name, description, icon, category, enabled, priority, props, config_fields, messages, required_services, dependencies, layout, tags";

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
        Json = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["props"] = Props,
            ["configFields"] = ConfigFields,
            ["messages"] = Messages,
            ["requiredServices"] = RequiredServices,
            ["dependencies"] = Dependencies,
            ["layout"] = Layout,
            ["tags"] = Tags,
        },
    };
}
