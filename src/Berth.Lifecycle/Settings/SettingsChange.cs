using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Packaging.Settings;

namespace Berth.Lifecycle.Settings;

/// <summary>What a request makes of a user's settings, judged before anything is sealed or written.</summary>
internal sealed record SettingsChange
{
    /// <summary>Why not; empty when the change is good.</summary>
    public IReadOnlyList<SettingsFault> Faults { get; private init; } = [];

    /// <summary>Pointers to what is set, changed or removed. Names only.</summary>
    public IReadOnlyList<string> Changed { get; private init; } = [];

    /// <summary>The settings afterwards, without secrets.</summary>
    public JsonObject Config { get; private init; } = [];

    /// <summary>Secrets that get another value.</summary>
    public IReadOnlyDictionary<string, string> NewSecrets { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Secrets that are taken away.</summary>
    public IReadOnlyList<string> RemovedSecrets { get; private init; } = [];

    /// <summary>Judges a request.</summary>
    /// <param name="schema">Of the version in force.</param>
    /// <param name="before">What is stored, without secrets.</param>
    /// <param name="known">The secrets that are stored, opened.</param>
    /// <param name="stored">Pointers to all secrets that are stored, also those that do not open any more.</param>
    /// <param name="values">What was sent: a secret that is absent stays, one that is <c>null</c> goes.</param>
    /// <param name="isMerge">Whether what is absent stays, too (RFC 7396); otherwise it goes back to its default.</param>
    public static SettingsChange Of(
        SettingsSchema schema, JsonObject before, IReadOnlyDictionary<string, string> known, IEnumerable<string> stored, JsonElement values, bool isMerge)
    {
        var (sent, unreadable) = Read(values);
        if (sent is null)
            return new SettingsChange { Faults = unreadable };
        var (removed, secrets, misfits) = (new List<string>(), new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, JsonNode>(StringComparer.Ordinal));
        foreach (var pointer in schema.Secrets)
        {
            var (presence, value) = SettingsTree.Find(sent, pointer);
            if (presence == SettingsTree.Presence.Null && stored.Contains(pointer, StringComparer.Ordinal))
                removed.Add(pointer);
            else if (value is JsonValue text && text.TryGetValue(out string? secret))
                secrets[pointer] = secret;
            else if (value is not null)
                misfits[pointer] = value.DeepClone();
            if (presence == SettingsTree.Presence.Value)
                SettingsTree.Remove(sent, pointer);
        }

        var config = isMerge ? before.DeepClone().AsObject() : sent;
        if (isMerge)
            SettingsTree.Merge(config, sent);
        SettingsTree.DropNulls(config);
        foreach (var pointer in schema.Secrets)
            SettingsTree.Remove(config, pointer);

        var whole = config.DeepClone().AsObject();
        foreach (var (pointer, text) in known.Where(secret => !removed.Contains(secret.Key, StringComparer.Ordinal)).Concat(secrets))
            SettingsTree.Set(whole, pointer, JsonValue.Create(text));
        foreach (var (pointer, value) in misfits)
            SettingsTree.Set(whole, pointer, value);
        var different = secrets.Where(secret => !known.TryGetValue(secret.Key, out var old) || !string.Equals(old, secret.Value, StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
        return new SettingsChange
        {
            Faults = schema.Validate(JsonSerializer.SerializeToElement(whole, LifecycleJson.Default.JsonObject)),
            Config = config,
            NewSecrets = different,
            RemovedSecrets = removed,
            Changed = [.. SettingsTree.Differences(before, config).Concat(different.Keys).Concat(removed).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    private static (JsonObject? Sent, IReadOnlyList<SettingsFault> Faults) Read(JsonElement values)
    {
        // What cannot be read as text must not be read as a tree: names and texts are looked at there.
        var faults = SettingsSchema.CheckText(values);
        return faults.Count > 0 ? (null, faults)
            : SettingsView.TryObject(values) is { } sent ? (sent, [])
            : (null, [SettingsView.NoObject]);
    }
}
