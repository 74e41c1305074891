using System.Text.Json.Nodes;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Migration.Planning;

namespace Berth.Lifecycle.Migration.Packages;

/// <summary>The modules of a package: those its files describe, and those that rows name.</summary>
internal static class ManifestModules
{
    private static readonly HashSet<string> Expressed = new(StringComparer.Ordinal)
    {
        "id", "plugin_id", "user_id", "enabled", "created_at", "updated_at", "name", "display_name", "description", "icon", "category",
        "tags", "priority", "props", "config_fields", "messages", "required_services", "dependencies", "layout",
    };

    public static IEnumerable<JsonObject> Of(PlannedContent content)
    {
        var rows = content.Holders
            .SelectMany(holder => holder.Modules.Select(module => (Name: NameOf(module, holder), module.Columns)))
            .GroupBy(module => module.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(module => module.Columns).ToList(), StringComparer.Ordinal);
        var described = (ManifestDraft.Described(content)?.Modules ?? [])
            .Select(module => (Name: new OldFields().AddJson(module).Text("name") ?? "", Members: module))
            .DistinctBy(module => module.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(module => module.Name, module => module.Members, StringComparer.Ordinal);
        return rows.Keys.Union(described.Keys, StringComparer.Ordinal)
            .Where(name => name.Length > 0)
            .Select(name => (Name: name, Fields: new OldFields()
                .AddJson(described.GetValueOrDefault(name) ?? new Dictionary<string, string>())
                .AddColumns(ManifestDraft.Agreed(rows.GetValueOrDefault(name) ?? []))))
            .OrderBy(module => module.Fields.Whole("priority") ?? 0)
            .ThenBy(module => module.Name, StringComparer.Ordinal)
            .Select(module => Module(module.Name, module.Fields));
    }

    /// <summary>The name of a module: its column, or else what its id says behind the plugin's or the user's id.</summary>
    public static string NameOf(OldRow module, OldInstallation installation)
    {
        if (module.Columns.GetValueOrDefault("name") is { Length: > 0 } name)
            return name;
        foreach (var prefix in new[] { $"{installation.UserId}_{installation.Slug}_", $"{installation.Row?.Id}_", $"{installation.UserId}_" })
        {
            if (module.Id.StartsWith(prefix, StringComparison.Ordinal) && module.Id.Length > prefix.Length)
                return module.Id[prefix.Length..];
        }

        return module.Id;
    }

    private static JsonObject Module(string name, OldFields fields)
    {
        var module = new JsonObject
        {
            ["name"] = name,
            ["displayName"] = fields.Text("display_name"),
            ["description"] = fields.Text("description"),
            ["icon"] = fields.Text("icon"),
            ["category"] = fields.Text("category"),
            ["tags"] = fields.List("tags"),
            ["priority"] = fields.Whole("priority"),
            ["props"] = fields.Object("props"),
            ["configFields"] = fields.Object("config_fields"),
            ["messages"] = fields.Object("messages"),
            ["requiredServices"] = fields.Node("required_services") as JsonObject ?? (JsonNode?)fields.List("required_services"),
            ["dependencies"] = fields.List("dependencies"),
            ["layout"] = fields.Object("layout"),
        };
        foreach (var member in module.Where(member => member.Value is null).Select(member => member.Key).ToList())
            module.Remove(member);
        var rest = new JsonObject();
        foreach (var other in fields.Names.Where(field => !Expressed.Contains(field)))
            rest[other] = fields[other];
        if (rest.Count > 0)
            module["x-old"] = rest;
        return module;
    }
}
