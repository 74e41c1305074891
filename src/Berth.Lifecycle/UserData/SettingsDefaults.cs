using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Packaging.Manifest;

namespace Berth.Lifecycle.UserData;

/// <summary>A user's settings with the defaults of the manifest's <c>config</c> schema filled in.</summary>
internal static class SettingsDefaults
{
    private static readonly ConditionalWeakTable<PluginManifest, string> Defaults = new();

    public static string Merge(PluginManifest? manifest, string configJson)
    {
        if (manifest?.Config is not { ValueKind: JsonValueKind.Object } schema)
            return configJson;
        if (configJson is "{}")
            return Defaults.GetValue(manifest, static from => Fill(from.Config!.Value, []).ToJsonString());
        return JsonNode.Parse(configJson) is JsonObject settings ? Fill(schema, settings).ToJsonString() : configJson;
    }

    private static JsonObject Fill(JsonElement schema, JsonObject settings)
    {
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
            return settings;
        foreach (var property in properties.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Object))
        {
            if (!settings.ContainsKey(property.Name))
            {
                if (property.Value.TryGetProperty("default", out var value))
                    settings[property.Name] = JsonNode.Parse(value.GetRawText());
                else if (Fill(property.Value, []) is { Count: > 0 } inner)
                    settings[property.Name] = inner;
            }
            else if (settings[property.Name] is JsonObject inner)
            {
                Fill(property.Value, inner);
            }
        }

        return settings;
    }
}
