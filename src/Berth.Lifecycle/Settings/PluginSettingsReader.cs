using System.Text.Json;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.UserData;
using Berth.Packaging.Settings;

namespace Berth.Lifecycle.Settings;

/// <summary>Settings from the user's snapshot and the schema from the store. Opens no secret.</summary>
internal sealed class PluginSettingsReader(SharedStore store) : IPluginSettings
{
    public async Task<PluginSettings> ReadAsync(InstalledPlugin plugin, CancellationToken cancellationToken = default)
    {
        var stored = await store.FindVersionAsync(plugin.Slug, plugin.Version, cancellationToken);
        var schema = SettingsSchema.Of(stored?.Manifest);
        var secrets = plugin.Settings.Sealed();
        return new PluginSettings(
            Readable(SettingsDefaults.Merge(stored?.Manifest, plugin.ConfigJson)), Readable(plugin.ConfigJson), schema?.Json,
            (schema?.Secrets ?? []).ToDictionary(pointer => pointer, secrets.ContainsKey, StringComparer.Ordinal));

        // A row that somebody else has written may hold a secret in the open; it is not handed on either.
        JsonElement Readable(string json)
        {
            var settings = SettingsView.Object(json);
            foreach (var pointer in schema?.Secrets ?? [])
                SettingsTree.Remove(settings, pointer);
            return JsonSerializer.SerializeToElement(settings, LifecycleJson.Default.JsonObject);
        }
    }
}
