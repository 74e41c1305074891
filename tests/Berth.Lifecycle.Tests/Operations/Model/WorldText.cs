using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>What the world shows of a user, in the words of the model.</summary>
internal static class WorldText
{
    /// <summary>Reads it.</summary>
    /// <param name="world">The world.</param>
    /// <param name="caller">The user.</param>
    /// <param name="installed">As this node has it in memory, or as the database has it.</param>
    public static async Task<string> ReadAsync(TestWorld world, OperationCaller caller, UserInstallations installed)
    {
        var text = new StringBuilder();
        var modules = await world.Installations.ModulesAsync(caller.UserId);
        var documents = (await world.Database.ReadAsync(session => session.QueryAsync<Document>(
            "SELECT g.plugin_slug, g.generation, g.version, d.key, d.value FROM user_data_generation g LEFT JOIN user_data d ON d.user_id = g.user_id AND d.plugin_slug = g.plugin_slug AND d.generation = g.generation WHERE g.user_id = @UserId",
            new { caller.UserId }))).ToLookup(document => document.PluginSlug, StringComparer.Ordinal);
        foreach (var plugin in installed.Plugins)
        {
            text.AppendLine(ModelText.Line(
                plugin.Slug, plugin.Version, plugin.Enabled, plugin.Pinned, plugin.Channel, plugin.Granted.Contains("network:http-client"), plugin.PreviousVersion));
            text.Append(" settings").AppendLine(ModelText.Of(SettingsOf(world, caller, plugin)));
            text.Append(" documents").AppendLine(Of(documents[plugin.Slug], plugin.Generation));
            if (plugin.PreviousGeneration is { } previous)
                text.Append(" slot").AppendLine(Of(documents[plugin.Slug], previous));
            foreach (var module in modules.Where(module => module.PluginId == plugin.PluginId).OrderBy(module => module.Name, StringComparer.Ordinal))
                text.AppendLine(ModelText.Module(module.Name, module.Enabled, module.Priority, module.SettingsJson));
        }

        foreach (var kept in documents.Where(one => !installed.TryFind(one.Key, out _)).OrderBy(one => one.Key, StringComparer.Ordinal))
            text.Append("kept ").Append(kept.Key).Append(" of ").Append(kept.First().Version).Append(Of(kept, kept.First().Generation)).AppendLine();
        return text.ToString();
    }

    private static string Of(IEnumerable<Document> documents, long generation) => ModelText.Of(
        documents.Where(document => document.Generation == generation && document.Key is not null).Select(document => KeyValuePair.Create(document.Key!, document.Value!)));

    /// <summary>What is stored, with the secret as the plugin sees it.</summary>
    private static IEnumerable<KeyValuePair<string, string>> SettingsOf(TestWorld world, OperationCaller caller, InstalledPlugin plugin)
    {
        foreach (var (name, value) in JsonNode.Parse(plugin.ConfigJson)!.AsObject())
            yield return KeyValuePair.Create(name, value!.ToJsonString());
        if (plugin.SecretsJson != "{}" && JsonSerializer.Deserialize<JsonElement>(world.Scopes.Open(plugin, caller).SettingsJson).TryGetProperty("apiKey", out var secret))
            yield return KeyValuePair.Create("apiKey", secret.GetRawText());
    }

    private sealed record Document(string PluginSlug, long Generation, string Version, string? Key, string? Value);
}
