using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Installations;
using Berth.Packaging.Manifest;
using Berth.Packaging.Settings;

namespace Berth.Lifecycle.Settings;

/// <summary>
/// Carries a user's settings over to another version. What its schema refuses falls back to the default and is noted, by
/// name and never by value; the settings as they were stay in the rollback slot. A version without a schema leaves them as
/// they are: the one after it may want them again.
/// </summary>
internal sealed class SettingsCarry(SettingsView view, SettingsCipher cipher)
{
    // A setting that is taken out can only make others missing, which nothing is done about.
    private const int MostRounds = 4;

    /// <summary>What the update's plan tells, without sealing anything.</summary>
    public IReadOnlyList<string> Foresee(InstalledPlugin from, PluginManifest to) => Fit(from, to)?.Notes ?? [];

    /// <summary>The settings under the other version's schema.</summary>
    public async ValueTask<(StoredSettings Settings, IReadOnlyList<string> Notes)> ToAsync(InstalledPlugin from, PluginManifest to, CancellationToken cancellationToken)
    {
        if (Fit(from, to) is not { } fit)
            return (from.Settings, []);
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (pointer, cipherText) in from.Settings.Sealed())
        {
            if (fit.KeptSecrets.Contains(pointer))
                kept[pointer] = cipherText;
        }

        foreach (var (pointer, text) in fit.NewSecrets)
            kept[pointer] = await cipher.SealAsync(from.PluginId, pointer, text, cancellationToken);
        return (new StoredSettings(fit.IsUnchanged ? from.ConfigJson : fit.Config.ToJsonString(), StoredSettings.WriteSealed(kept)), fit.Notes);
    }

    private Fitting? Fit(InstalledPlugin from, PluginManifest to)
    {
        if (SettingsSchema.Of(to) is not { } schema || from.Settings == StoredSettings.None)
            return null;
        var (config, version, notes) = (SettingsView.Object(from.ConfigJson), to.Version, new List<string>());
        var before = config.DeepClone();

        // What was readable and is a secret now is sealed.
        var fresh = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pointer in schema.Secrets)
        {
            if (SettingsTree.Find(config, pointer).Value is not { } value)
                continue;
            if (value is JsonValue one && one.TryGetValue(out string? text))
                fresh[pointer] = text;
            SettingsTree.Remove(config, pointer);
        }

        // A secret is never made readable, not by a version that calls it something else either.
        foreach (var pointer in from.Settings.Sealed().Keys.Where(pointer => !schema.Secrets.Contains(pointer, StringComparer.Ordinal)))
            notes.Add($"The secret '{pointer}' is none in {version} and is given up there.");
        var opened = view.Open(schema, from.PluginId, from.Settings).Concat(fresh).GroupBy(secret => secret.Key, StringComparer.Ordinal)
            .ToDictionary(secrets => secrets.Key, secrets => secrets.Last().Value, StringComparer.Ordinal);

        for (var round = 0; round < MostRounds; round++)
        {
            var removed = false;
            foreach (var fault in schema.Validate(Whole(config, opened)).Where(fault => fault.Pointer.Length > 0 && fault.Code != SettingsFaultCodes.Missing))
            {
                if (!opened.Remove(fault.Pointer) && !SettingsTree.Remove(config, fault.Pointer))
                    continue;
                removed = true;
                notes.Add($"The setting '{fault.Pointer}' does not fit {version} ({fault.Code}) and falls back to its default there.");
            }

            if (!removed)
                break;
        }

        notes.AddRange(schema.Validate(Whole(config, opened)).Where(fault => fault.Code == SettingsFaultCodes.Missing)
            .Select(fault => $"{version} needs the setting '{fault.Pointer}', which is not set."));
        return new Fitting(
            config, JsonNode.DeepEquals(before, config),
            [.. opened.Keys.Where(pointer => !fresh.ContainsKey(pointer))],
            fresh.Where(secret => opened.ContainsKey(secret.Key)).ToDictionary(StringComparer.Ordinal), notes);
    }

    private static JsonElement Whole(JsonObject config, Dictionary<string, string> secrets)
    {
        var whole = config.DeepClone().AsObject();
        foreach (var (pointer, text) in secrets)
            SettingsTree.Set(whole, pointer, JsonValue.Create(text));
        return JsonSerializer.SerializeToElement(whole, LifecycleJson.Default.JsonObject);
    }

    private sealed record Fitting(
        JsonObject Config, bool IsUnchanged, HashSet<string> KeptSecrets, IReadOnlyDictionary<string, string> NewSecrets, IReadOnlyList<string> Notes);
}
