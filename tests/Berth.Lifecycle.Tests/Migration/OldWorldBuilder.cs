using System.Text;
using System.Text.Json;
using Berth.Data.Sqlite;
using Microsoft.Data.Sqlite;

namespace Berth.Lifecycle.Tests.Migration;

/// <summary>
/// Writes an old system into a folder: <c>plugins/…</c> and <c>app.db</c>. Rows and files are independent, so that every
/// broken state can be written as easily as a good one. The same calls write the same bytes.
/// </summary>
internal sealed class OldWorldBuilder(string root)
{
    private static readonly DateTime Written = new(2025, 3, 4, 5, 6, 7, DateTimeKind.Utc);
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Target)> _links = [];
    private readonly List<(string Table, Dictionary<string, object?> Columns)> _rows = [];

    public string Plugins { get; } = Path.Combine(root, "plugins");

    public string Database { get; } = Path.Combine(root, "app.db");

    public OldWorldBuilder User(string id, string username) => Row("users", new()
    {
        ["id"] = id,
        ["username"] = username,
        ["email"] = $"{username}@example.org",
        ["full_name"] = username.ToUpperInvariant(),
        ["hashed_password"] = "$2b$12$notahash",
        ["is_active"] = 1,
        ["created_at"] = "2024-01-02 03:04:05.000000",
        ["updated_at"] = "2024-01-02 03:04:05.000000",
    });

    /// <summary>A plugin of a user: its files and its rows, as far as it has them.</summary>
    public OldWorldBuilder Plugin(OldPlugin plugin)
    {
        if (plugin.RelativeFolder is { } folder)
        {
            foreach (var (path, content) in plugin.Files ?? OldPluginFiles.Make(plugin.Slug, plugin.Version))
                File($"{folder}/{path}", content);
            if (plugin.Place != OldPlace.Shared)
                File($"{folder}/plugin_metadata.json", Metadata(plugin));
        }

        if (!plugin.HasRow)
            return this;
        Row("plugin", Merged(PluginColumns(plugin), plugin.Columns));
        foreach (var (name, i) in plugin.Modules.Select((name, i) => (name, i)))
            Row("module", Merged(ModuleColumns(plugin, name, i), plugin.ModuleColumns));
        return this;
    }

    /// <summary>A file below <c>plugins</c>.</summary>
    public OldWorldBuilder File(string path, byte[] content)
    {
        _files[path] = content;
        return this;
    }

    public OldWorldBuilder File(string path, string content) => File(path, Encoding.UTF8.GetBytes(content));

    /// <summary>A symbolic link below <c>plugins</c>.</summary>
    public OldWorldBuilder Link(string path, string target)
    {
        _links.Add((path, target));
        return this;
    }

    /// <summary>A row as it is given. Columns that no other row of the table has are made.</summary>
    public OldWorldBuilder Row(string table, Dictionary<string, object?> columns)
    {
        _rows.Add((table, columns));
        return this;
    }

    /// <summary>Writes everything.</summary>
    public OldWorldBuilder Write()
    {
        Directory.CreateDirectory(Plugins);
        foreach (var (path, content) in _files)
        {
            var file = Path.Combine(Plugins, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            System.IO.File.WriteAllBytes(file, content);
            System.IO.File.SetLastWriteTimeUtc(file, Written);
        }

        foreach (var (path, target) in _links)
            System.IO.File.CreateSymbolicLink(Path.Combine(Plugins, path), target);
        WriteDatabase();
        return this;
    }

    private void WriteDatabase()
    {
        SqliteLibrary.Use();
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        foreach (var table in new[] { "users", "plugin", "module" })
        {
            var rows = _rows.Where(row => row.Table == table).Select(row => row.Columns).ToList();
            var columns = rows.SelectMany(row => row.Keys).Append("id").Distinct(StringComparer.Ordinal).ToList();
            Execute(connection, transaction, $"CREATE TABLE \"{table}\" ({string.Join(", ", columns.Select(column => column == "id" ? "id VARCHAR(255)" : $"\"{column}\" TEXT"))})", []);
            foreach (var row in rows)
            {
                Execute(
                    connection, transaction,
                    $"INSERT INTO \"{table}\" ({string.Join(", ", row.Keys.Select(column => $"\"{column}\""))}) VALUES ({string.Join(", ", row.Keys.Select((_, i) => $"@p{i}"))})",
                    [.. row.Values]);
            }
        }

        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql, IReadOnlyList<object?> values)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        for (var i = 0; i < values.Count; i++)
            command.Parameters.AddWithValue($"@p{i}", values[i] ?? DBNull.Value);
        command.ExecuteNonQuery();
    }

    private static byte[] Metadata(OldPlugin plugin) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
    {
        ["plugin_slug"] = plugin.Slug,
        ["version"] = plugin.Version,
        ["installed_by"] = plugin.UserId,
        ["installed_at"] = "2024-05-06T07:08:09Z",
        ["installation_type"] = "remote",
        ["source_url"] = $"https://example.org/{plugin.Slug}",
    });

    private static Dictionary<string, object?> PluginColumns(OldPlugin plugin) => new()
    {
        ["id"] = plugin.Id,
        ["plugin_slug"] = plugin.Slug,
        ["name"] = plugin.Slug,
        ["description"] = "Made for tests",
        ["version"] = plugin.Version,
        ["type"] = "frontend",
        ["plugin_type"] = "frontend",
        ["enabled"] = 1,
        ["icon"] = "Puzzle",
        ["category"] = "tools",
        ["status"] = "activated",
        ["official"] = 0,
        ["author"] = "The old days",
        ["last_updated"] = "2024-05-06",
        ["compatibility"] = "1.0.0",
        ["downloads"] = 7,
        ["scope"] = string.Concat(plugin.Slug.Where(char.IsAsciiLetterOrDigit)),
        ["bundle_method"] = "webpack",
        ["bundle_location"] = OldPluginFiles.Entry,
        ["is_local"] = 0,
        ["long_description"] = null,
        ["user_id"] = plugin.UserId,
        ["source_type"] = "github",
        ["source_url"] = $"https://example.org/{plugin.Slug}",
        ["update_check_url"] = null,
        ["last_update_check"] = null,
        ["update_available"] = 0,
        ["latest_version"] = null,
        ["installation_type"] = "remote",
        ["endpoints_file"] = null,
        ["route_prefix"] = null,
        ["config_fields"] = $$"""{"greeting": "hello from {{plugin.UserId}}"}""",
        ["messages"] = null,
        ["dependencies"] = "[]",
        ["permissions"] = """["storage.read", "api.access"]""",
        ["required_services_runtime"] = "[]",
        ["backend_dependencies"] = null,
        ["created_at"] = "2024-05-06 07:08:09.000000",
        ["updated_at"] = "2024-05-06 07:08:09.000000",
    };

    private static Dictionary<string, object?> ModuleColumns(OldPlugin plugin, string name, int index) => new()
    {
        ["id"] = plugin.HasSlugInModuleIds ? $"{plugin.Id}_{name}" : $"{plugin.UserId}_{name}",
        ["plugin_id"] = plugin.Id,
        ["name"] = name,
        ["display_name"] = $"{name} of {plugin.Slug}",
        ["description"] = null,
        ["icon"] = "Square",
        ["category"] = "tools",
        ["enabled"] = index == 1 ? 0 : 1,
        ["priority"] = index,
        ["user_id"] = plugin.UserId,
        ["props"] = "{}",
        ["config_fields"] = $$"""{"color": {"type": "text", "default": "of {{plugin.UserId}}"} }""",
        ["required_services"] = """{"api": {"methods": ["get"], "version": "1.0.0"}}""",
        ["layout"] = """{"minWidth": 3, "minHeight": 2}""",
        ["dependencies"] = "[]",
        ["tags"] = """["old", "made"]""",
        ["messages"] = null,
        ["created_at"] = "2024-05-06 07:08:09.000000",
        ["updated_at"] = "2024-05-06 07:08:09.000000",
    };

    private static Dictionary<string, object?> Merged(Dictionary<string, object?> columns, IReadOnlyDictionary<string, object?> others)
    {
        foreach (var (name, value) in others)
            columns[name] = value;
        return columns;
    }
}
