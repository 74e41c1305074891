using System.Runtime.CompilerServices;
using System.Text.Json;
using Berth.Packaging.Manifest;

namespace Berth.Packaging.Settings;

/// <summary>
/// The manifest's <c>config</c> as the judge of one user's settings: host, command line and an author's tests come to the
/// same verdict. The manifest reader has refused every keyword that is not judged here.
/// </summary>
public sealed class SettingsSchema
{
    /// <summary>Settings of one user and plugin have at most this many bytes of UTF-8, secrets included.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>How deep settings may be nested.</summary>
    public const int MaxDepth = 32;

    private static readonly ConditionalWeakTable<PluginManifest, SettingsSchema> Known = [];

    private SettingsSchema(JsonElement json)
    {
        Json = json;
        var secrets = new List<string>();
        FindSecrets(json, "", secrets);
        Secrets = secrets;
    }

    /// <summary>The schema as the manifest has it.</summary>
    public JsonElement Json { get; }

    /// <summary>Pointers to the settings marked <c>x-secret</c>: written, never read back.</summary>
    public IReadOnlyList<string> Secrets { get; }

    /// <summary>The schema of a manifest that was accepted; <see langword="null"/> when the plugin has no settings.</summary>
    public static SettingsSchema? Of(PluginManifest? manifest) =>
        manifest?.Config is { ValueKind: JsonValueKind.Object } ? Known.GetValue(manifest, static from => new SettingsSchema(from.Config!.Value)) : null;

    /// <summary>All faults of settings, at most 100; none when they are good. A setting with a default may be absent.</summary>
    public IReadOnlyList<SettingsFault> Validate(JsonElement settings)
    {
        var faults = new SettingsFaults();
        if (SettingsText.IsReadable(settings, faults))
        {
            new SettingsCheck(faults).Visit(Json, settings, "");
        }

        return faults.All;
    }

    /// <summary>The faults of settings as text, whatever their schema: too large, too deep, no Unicode.</summary>
    public static IReadOnlyList<SettingsFault> CheckText(JsonElement settings)
    {
        var faults = new SettingsFaults();
        SettingsText.IsReadable(settings, faults);
        return faults.All;
    }

    /// <summary>The schema of one setting, or <see langword="null"/> when it is not among the <c>properties</c>.</summary>
    public JsonElement? Find(string pointer)
    {
        var schema = Json;
        foreach (var part in SettingsPointer.Parts(pointer))
        {
            if (!schema.TryGetProperty("properties", out var properties) || !properties.TryGetProperty(part, out schema))
            {
                return null;
            }
        }

        return schema;
    }

    private static void FindSecrets(JsonElement schema, string pointer, List<string> secrets)
    {
        if (schema.TryGetProperty("x-secret", out var mark) && mark.ValueKind == JsonValueKind.True)
        {
            secrets.Add(pointer);
        }

        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                FindSecrets(property.Value, SettingsPointer.Append(pointer, property.Name), secrets);
            }
        }
    }
}
