using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Migration.Planning;
using Berth.Packaging.Manifest;

namespace Berth.Lifecycle.Migration.Packages;

/// <summary>
/// Makes the manifest of a package: what the plugin's own files say comes first, then what the rows of all its users agree
/// on. What differs between users is theirs and stays in their rows, because everybody with the package reads the
/// manifest. What a manifest cannot express goes below <c>x-old</c>, so nothing is lost.
/// </summary>
internal sealed class ManifestDraft(PlannedContent content, FilePlacement placement, IReadOnlySet<string> knownSlugs)
{
    // Of a row or of a moment, not of the plugin.
    private static readonly HashSet<string> OfTheUser = new(StringComparer.Ordinal)
    {
        "id", "user_id", "plugin_id", "enabled", "status", "created_at", "updated_at", "last_update_check", "update_available", "latest_version",
    };

    private static readonly HashSet<string> Expressed = new(StringComparer.Ordinal)
    {
        "name", "plugin_slug", "slug", "version", "description", "author", "category", "scope", "bundle_location", "license", "homepage", "icon",
    };

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" };

    /// <summary>The bytes of <c>plugin.json</c>: accepted by the reader of manifests.</summary>
    public byte[] Write()
    {
        var fields = PluginFields(content);
        var draft = new JsonObject
        {
            ["name"] = content.Slug,
            ["version"] = content.Version,
            ["displayName"] = fields.Text("name"),
            ["description"] = fields.Text("description"),
            ["author"] = fields.Text("author"),
            ["license"] = fields.Text("license"),
            ["homepage"] = fields.Text("homepage"),
            ["category"] = fields.Text("category"),
            ["icon"] = fields.Text("icon"),
            ["dependencies"] = Dependencies(fields),
            ["frontend"] = placement.Entry is null ? null : new JsonObject
            {
                ["entry"] = placement.Entry,
                ["scope"] = fields.Text("scope"),
                ["modules"] = new JsonArray([.. ManifestModules.Of(content)]),
            },
            ["x-migration"] = Origin(),
            ["x-old"] = new JsonObject { ["plugin"] = Rest(fields) },
        };
        foreach (var name in draft.Where(member => member.Value is null).Select(member => member.Key).ToList())
            draft.Remove(name);
        if (draft["frontend"] is JsonObject frontend && frontend["scope"] is null)
            frontend.Remove("scope");
        if (placement.Entry is null && ManifestModules.Of(content).ToList() is { Count: > 0 } modules)
            draft["x-old"]!["modules"] = new JsonArray([.. modules]);
        return Accepted(draft);
    }

    /// <summary>What the plugin's files say and what the rows agree on.</summary>
    public static OldFields PluginFields(PlannedContent content) => new OldFields()
        .AddJson(Described(content)?.Plugin ?? new Dictionary<string, string>())
        .AddColumns(Agreed(content.Holders.Select(holder => holder.Row).OfType<OldLayout.OldRow>().Select(row => row.Columns)));

    /// <summary>Columns whose value is the same in all rows.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Agreed(IEnumerable<IReadOnlyDictionary<string, string?>> rows)
    {
        var all = rows.ToList();
        return all.Count == 0 ? [] : all[0].Where(column =>
            !OfTheUser.Contains(column.Key) && all.TrueForAll(row => string.Equals(row.GetValueOrDefault(column.Key), column.Value, StringComparison.Ordinal)));
    }

    /// <summary>What the files say: the same for every holder, since the bytes are.</summary>
    public static OldLayout.OldDescription? Described(PlannedContent content) =>
        content.Holders.Select(holder => holder.Described).FirstOrDefault(described => described is not null);

    private JsonArray? Dependencies(OldFields fields)
    {
        // The old system never looked at them. Names of plugins that exist become dependencies; all else is kept as it was.
        var names = fields.List("dependencies")?.Select(item => (item as JsonValue)?.TryGetValue<string>(out var text) == true ? text : null).ToList();
        return names is { Count: > 0 } && names.TrueForAll(name => name is not null && knownSlugs.Contains(name) && name != content.Slug)
            ? new JsonArray([.. names.Distinct(StringComparer.Ordinal).Select(name => JsonValue.Create(name))])
            : null;
    }

    private JsonObject Origin()
    {
        var origin = new JsonObject { ["content"] = content.Folder.ContentDigest, ["version"] = content.OldVersion };
        if (content.IsTruncated)
            origin["truncated"] = true;
        if (placement.Files.Where(file => file.IsElsewhere).ToList() is { Count: > 0 } elsewhere)
            origin["placed"] = new JsonArray([.. elsewhere.Select(file => new JsonObject { ["from"] = file.Old.Path, ["to"] = file.Path })]);
        return origin;
    }

    private static JsonObject Rest(OldFields fields)
    {
        var rest = new JsonObject();
        foreach (var name in fields.Names.Where(name => !OfTheUser.Contains(name) && !Expressed.Contains(name)))
            rest[name] = fields[name];
        return rest;
    }

    /// <summary>Moves what the reader of manifests refuses below <c>x-old</c>, member by member.</summary>
    private static byte[] Accepted(JsonObject draft)
    {
        while (true)
        {
            var bytes = Bytes(draft);
            var read = ManifestReader.Read(bytes);
            if (read.IsAccepted)
                return bytes;
            var pointer = read.Faults.Select(fault => fault.Pointer).FirstOrDefault(pointer => RefusedMember.TryMove(draft, pointer));
            if (pointer is null)
                return bytes; // the package's reader says why
        }
    }

    private static byte[] Bytes(JsonObject draft)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, Writing))
            draft.WriteTo(writer);
        output.WriteByte((byte)'\n');
        return output.ToArray();
    }
}
