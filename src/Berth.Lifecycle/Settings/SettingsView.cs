using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Lifecycle.UserData;
using Berth.Packaging.Manifest;
using Berth.Packaging.Settings;

namespace Berth.Lifecycle.Settings;

/// <summary>Settings as the plugin sees them: what the user set, the defaults for the rest, and the secrets opened.</summary>
internal sealed class SettingsView(SettingsCipher cipher)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = SettingsSchema.MaxDepth, AllowDuplicateProperties = false };

    /// <summary>The JSON text that <c>IUserSettings&lt;T&gt;</c> and a lifecycle manager read.</summary>
    public string Json(PluginManifest? manifest, string pluginId, StoredSettings stored)
    {
        var merged = SettingsDefaults.Merge(manifest, stored.ConfigJson);
        var secrets = Open(SettingsSchema.Of(manifest), pluginId, stored);
        if (secrets.Count == 0)
            return merged;
        var settings = Object(merged);
        foreach (var (pointer, text) in secrets)
            SettingsTree.Set(settings, pointer, JsonValue.Create(text));
        return settings.ToJsonString();
    }

    /// <summary>The secrets that the schema knows, opened.</summary>
    public IReadOnlyDictionary<string, string> Open(SettingsSchema? schema, string pluginId, StoredSettings stored)
    {
        var opened = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (pointer, cipherText) in stored.Sealed())
        {
            if (schema?.Secrets.Contains(pointer, StringComparer.Ordinal) is true && cipher.TryOpen(pluginId, pointer, cipherText) is { } text)
                opened[pointer] = text;
        }

        return opened;
    }

    /// <summary>What was sent is no object, or a name occurs twice in it.</summary>
    public static SettingsFault NoObject { get; } = new(SettingsFaultCodes.Type, "", "What was sent is not an object in which every name occurs once.");

    /// <summary>What was sent as an object that can be changed, or <see langword="null"/> with the fault <see cref="NoObject"/>.</summary>
    public static JsonObject? TryObject(JsonElement sent)
    {
        try
        {
            return Object(sent.GetRawText());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The settings of a row, or of a request, as an object that can be changed.</summary>
    /// <exception cref="JsonException">It is none, or a member occurs twice.</exception>
    public static JsonObject Object(string json) =>
        JsonNode.Parse(json, documentOptions: Strict) as JsonObject ?? throw new JsonException("The settings are no object.");
}
