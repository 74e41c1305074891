using System.Text.Json.Nodes;
using Berth.Lifecycle.Migration.OldLayout.Python;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>
/// Reads what a plugin folder says of itself: <c>package.json</c>, over it the literal dictionaries of
/// <c>lifecycle_manager.py</c>, over both <c>plugin_metadata.json</c>, the old system's own note. Nothing is run.
/// </summary>
internal static class OldDescriptions
{
    public const string PackageFile = "package.json";
    public const string MetadataFile = "plugin_metadata.json";
    public const string ProgramFile = "lifecycle_manager.py";

    public static OldDescription? Read(FoundFolder folder, OldLayoutLimits limits, OldFindings findings)
    {
        var package = Object(folder, Path.Combine(folder.Path, PackageFile), PackageFile, limits, findings);
        var metadata = Object(folder, Path.Combine(folder.Path, MetadataFile), MetadataFile, limits, findings)
            ?? (folder.MetadataAbove is { } above ? Object(folder, above, MetadataFile, limits, findings) : null);
        var program = Program(folder, limits, findings);
        if ((package ?? metadata ?? program?.Plugin) is null && program is not { Modules.Count: > 0 })
            return null;
        var plugin = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in new[] { package, program?.Plugin, metadata }.OfType<JsonObject>().SelectMany(json => json))
        {
            if (value is not null)
                plugin[name] = value.ToJsonString();
        }

        IEnumerable<JsonObject> modules = program is { Modules.Count: > 0 }
            ? program.Modules
            : (metadata?["module_data"] as JsonArray ?? metadata?["modules"] as JsonArray ?? package?["modules"] as JsonArray ?? []).OfType<JsonObject>();
        return new OldDescription(plugin, [.. modules.Select(Members)]);
    }

    /// <summary>A member that is a text.</summary>
    public static string? Text(this OldDescription? description, string name) =>
        description?.Plugin.GetValueOrDefault(name) is { } json && JsonNode.Parse(json) is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static SortedDictionary<string, string> Members(JsonObject module)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in module)
            members[name] = value?.ToJsonString() ?? "null";
        return members;
    }

    private static JsonObject? Object(FoundFolder folder, string file, string name, OldLayoutLimits limits, OldFindings findings)
    {
        var json = OldJson.ReadObject(file, limits, out var fault);
        if (fault is not null)
            Remark(folder, name, fault, findings);
        return json;
    }

    private static PythonDescription? Program(FoundFolder folder, OldLayoutLimits limits, OldFindings findings)
    {
        var text = OldJson.ReadText(Path.Combine(folder.Path, ProgramFile), limits, out var fault);
        if (fault is not null)
            Remark(folder, ProgramFile, fault, findings);
        if (text is null)
            return null;
        var description = PythonDescriptionReader.Read(text);
        foreach (var note in description.Notes)
            Remark(folder, ProgramFile, note, findings);
        return description;
    }

    private static void Remark(FoundFolder folder, string name, string what, OldFindings findings) => findings.Add(
        OldBucket.Remark, $"{what} It is carried over as a file; what it would say of the plugin is taken from the database.", folder.Owner, path: $"{folder.RelativePath}/{name}");
}
