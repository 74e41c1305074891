using System.Text.Json;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Settings;
using Berth.Packaging.Settings;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Configure. Before: installed. After: the settings are those asked for, judged as a whole by the schema of the version in
/// force, and the plugin's next call sees them; asking for what is already so changes nothing and succeeds. After a failure:
/// as before. The journal, the audit and the event name what changed and never hold a value.
/// </summary>
internal sealed class ConfigureOperation(OperationParts parts, SettingsView view, SettingsCipher cipher)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, ConfigureRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);
        if (await parts.Store.FindVersionAsync(plugin.Slug, plugin.Version, cancellationToken) is not { } stored)
            return FilesMissing(plugin);
        if (SettingsSchema.Of(stored.Manifest) is not { } schema)
            return NoSettings(plugin);

        var change = SettingsChange.Of(
            schema, SettingsView.Object(plugin.ConfigJson), view.Open(schema, plugin.PluginId, plugin.Settings), plugin.Settings.Sealed().Keys, request.Values, request.IsMerge);
        if (change.Faults.Count > 0)
            return Invalid($"The settings of {plugin.Slug}", change.Faults);
        if (request.IsDryRun)
        {
            return new OperationOutcome.Planned(Plans.Without(OperationKinds.Configure, plugin) with
            {
                Version = plugin.Version,
                Steps = ["commit"],
                Notes = change.Changed.Count == 0 ? ["This is so already; nothing changes."] : [.. change.Changed.Select(pointer => $"Changes '{pointer}'.")],
            });
        }

        var result = new OperationResult
        {
            OperationId = OperationJournal.NewId(),
            Kind = OperationKinds.Configure,
            Slug = plugin.Slug,
            PluginId = plugin.PluginId,
            Version = plugin.Version,
            Changed = change.Changed,
        };
        if (change.Changed.Count == 0)
            return new OperationOutcome.Done(result with { Notes = ["This was so already; nothing changed."] });

        return await CommitAsync(caller, plugin, result, await SealAsync(plugin, change, cancellationToken), cancellationToken);
    }

    /// <summary>Refusals of settings: one code for all, and each fault with its own code and pointer.</summary>
    public static OperationOutcome.Refused Invalid(string what, IReadOnlyList<SettingsFault> faults) => new(
        RefusalKind.Unprocessable, "settings.invalid",
        faults.Count == 1 ? $"{what} were refused: {faults[0].Message}" : $"{what} were refused for {faults.Count} reasons: {string.Join(" ", faults.Select(fault => fault.Message))}",
        [.. faults.Select(fault => new RefusalReason(fault.Code, fault.Message, fault.Pointer))]);

    public static OperationOutcome.Refused FilesMissing(InstalledPlugin plugin) => new(
        RefusalKind.Conflict, "plugin.files_missing", $"The files of {plugin.Slug} {plugin.Version} are not in the store, so nothing can judge its settings. Repair it first.", []);

    private static OperationOutcome.Refused NoSettings(InstalledPlugin plugin) => new(
        RefusalKind.Unprocessable, "settings.none", $"{plugin.Slug} {plugin.Version} has no settings.", []);

    private Task<OperationOutcome> CommitAsync(
        OperationCaller caller, InstalledPlugin plugin, OperationResult result, StoredSettings settings, CancellationToken cancellationToken)
    {
        InstalledPlugin? present = plugin;
        return QuickOperation.RunAsync(
            parts, caller, result, new OperationData { Version = plugin.Version }, purged: null,
            async (session, done) => await PluginRows.SetSettingsAsync(session, plugin, settings, parts.Now) == 1
                ? done
                : throw new RefusedException(Refusals.ChangedMeanwhile(plugin.Slug)),
            now => now.TryFind(plugin.Slug, out present) && present.Settings == plugin.Settings && string.Equals(present.Digest, plugin.Digest, StringComparison.Ordinal)
                ? null
                : Refusals.ChangedMeanwhile(plugin.Slug),
            now => present! with
            {
                ConfigJson = settings.ConfigJson,
                SecretsJson = settings.SecretsJson,
                UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now),
            },
            cancellationToken);
    }

    private async ValueTask<StoredSettings> SealAsync(InstalledPlugin plugin, SettingsChange change, CancellationToken cancellationToken)
    {
        var secrets = plugin.Settings.Sealed().Where(secret => !change.RemovedSecrets.Contains(secret.Key, StringComparer.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
        foreach (var (pointer, text) in change.NewSecrets)
            secrets[pointer] = await cipher.SealAsync(plugin.PluginId, pointer, text, cancellationToken);
        return new StoredSettings(JsonSerializer.Serialize(change.Config, LifecycleJson.Default.JsonObject), StoredSettings.WriteSealed(secrets));
    }
}
