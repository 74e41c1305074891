using System.Text;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Tests.World;

/// <summary>Everything that an operation may change, as text without times and ids: two states are the same when their dumps are.</summary>
internal static class StateDump
{
    public static async Task<string> ReadAsync(TestWorld world, OperationCaller ada)
    {
        var id = new { userId = ada.UserId };
        var text = new StringBuilder();
        await AddAsync("SELECT plugin_slug || ' ' || version || ' ' || digest || ' enabled=' || enabled || ' generation=' || generation || ' config=' || config || ' secrets=' || (CASE secrets WHEN '{}' THEN 'none' ELSE 'some' END) || ' slot=' || COALESCE(previous_version, '-') || '/' || COALESCE(previous_generation, 0) || '/' || COALESCE(previous_config, '-') || ' pin=' || COALESCE(pinned, '-') || ' channel=' || channel || ' variant=' || allows_variant || ' granted=' || granted FROM plugin WHERE user_id = @userId", "plugin");
        await AddAsync("SELECT name || ' ' || display_name || ' enabled=' || enabled FROM module WHERE user_id = @userId", "module");
        await AddAsync("SELECT name || ' enabled=' || COALESCE(enabled, -1) || ' priority=' || COALESCE(priority, -1) || ' ' || settings FROM module_choice WHERE user_id = @userId", "choice");
        await AddAsync("SELECT plugin_slug || ' ' || generation || ' of ' || version FROM user_data_generation WHERE user_id = @userId", "generation");
        await AddAsync("SELECT plugin_slug || ' ' || generation || ' ' || key || '=' || value FROM user_data WHERE user_id = @userId", "document");
        await AddAsync("SELECT kind FROM operation WHERE user_id = @userId AND state = 'running'", "running");
        await AddAsync("SELECT plugin_slug || ' ' || version || ' ' || state FROM share WHERE to_user = @userId", "offer");
        text.Append("record: ").AppendJoin(", ", Record(world, ada).Order(StringComparer.Ordinal)).AppendLine();
        text.Append("staging: ").Append(Staging(world)).Append(", indexes without a version: ").Append(await LoneIndexesAsync(world)).AppendLine();
        return text.ToString().Replace(ada.UserId, "ada", StringComparison.Ordinal);

        async Task AddAsync(string sql, string what)
        {
            foreach (var row in (await world.Database.ReadAsync(session => session.QueryAsync<string>(sql, id))).Order(StringComparer.Ordinal))
                text.Append(what).Append(": ").AppendLine(row);
        }
    }

    /// <summary>The slugs in the user's recovery record.</summary>
    public static IEnumerable<string> Record(TestWorld world, OperationCaller ada)
    {
        var path = world.Store.Paths.UserRecord(ada.UserId);
        return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject().Select(entry => entry.Key) : [];
    }

    /// <summary>How many entries wait in the staging folder.</summary>
    public static int Staging(TestWorld world) =>
        Directory.Exists(world.Store.Paths.Staging) ? Directory.EnumerateFileSystemEntries(world.Store.Paths.Staging).Count() : 0;

    /// <summary>Indexes beside which there is no version; not those of what somebody has, where a version was taken away that a repair brings back.</summary>
    private static async Task<int> LoneIndexesAsync(TestWorld world)
    {
        if (!Directory.Exists(world.Store.Paths.Shared))
            return 0;
        var lone = 0;
        foreach (var version in Directory.EnumerateDirectories(world.Store.Paths.Shared).SelectMany(Directory.EnumerateDirectories)
            .Where(folder => folder.EndsWith("_index", StringComparison.Ordinal)).Select(folder => folder[..^"_index".Length]).Where(folder => !Directory.Exists(folder)))
        {
            var id = new { slug = Path.GetFileName(Path.GetDirectoryName(version)), version = Path.GetFileName(version)[1..] };
            lone += await world.CountAsync("SELECT COUNT(*) FROM plugin WHERE plugin_slug = @slug AND version = @version", id) == 0 ? 1 : 0;
        }

        return lone;
    }
}
