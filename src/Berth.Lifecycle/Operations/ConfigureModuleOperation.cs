using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Store;
using Berth.Packaging.Settings;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Configure a module. Before: installed, with that module. After: shown or not, in its place and with the values asked for,
/// also after updates that keep the module; asking for what is already so changes nothing and succeeds. After a failure: as
/// before. The journal, the audit and the event name the module and what changed, never values.
/// </summary>
internal sealed class ConfigureModuleOperation(OperationParts parts)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, ConfigureModuleRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);
        var modules = await parts.Installations.ModulesAsync(caller.UserId, plugin.PluginId, cancellationToken);
        if (Find(modules, request.Module) is not { } module)
            return Unknown(plugin);
        var (values, changedFields, refusal) = await ValuesAsync(plugin, module, request.Values, cancellationToken);
        if (refusal is not null)
            return refusal;

        List<string> changed = [];
        if (request.Enabled is { } enabled && enabled != module.Enabled)
            changed.Add("enabled");
        if (request.Priority is { } priority && priority != module.Priority)
            changed.Add("priority");
        changed.AddRange(changedFields);
        if (request.IsDryRun)
        {
            return new OperationOutcome.Planned(Plans.Without(OperationKinds.ConfigureModule, plugin) with
            {
                Version = plugin.Version,
                Modules = [module.Name],
                Steps = ["commit"],
                Notes = changed.Count == 0 ? ["This is so already; nothing changes."] : [.. changed.Select(name => $"Changes '{name}' of {module.Name}.")],
            });
        }

        var result = new OperationResult
        {
            OperationId = OperationJournal.NewId(),
            Kind = OperationKinds.ConfigureModule,
            Slug = plugin.Slug,
            PluginId = plugin.PluginId,
            Version = plugin.Version,
            Module = module.Name,
            Changed = changed,
        };
        return changed.Count == 0
            ? new OperationOutcome.Done(result with { Notes = ["This was so already; nothing changed."] })
            : await CommitAsync(caller, plugin, module, request, values, result, cancellationToken);
    }

    private Task<OperationOutcome> CommitAsync(
        OperationCaller caller, InstalledPlugin plugin, InstalledModule module, ConfigureModuleRequest request, string values, OperationResult result, CancellationToken cancellationToken)
    {
        InstalledPlugin? present = plugin;
        return QuickOperation.RunAsync(
            parts, caller, result, new OperationData { Version = plugin.Version }, purged: null,
            async (session, done) =>
            {
                var row = new ModuleChoiceRow(
                    plugin.PluginId, caller.UserId, module.Name, request.Enabled switch { true => 1, false => 0, null => null }, request.Priority,
                    values, module.SettingsJson, parts.Now);
                return await ModuleChoiceRows.ExistsAsync(session, plugin.PluginId, caller.UserId, module.Name) && await ModuleChoiceRows.WriteAsync(session, row) == 1
                    ? done
                    : throw new RefusedException(Refusals.ChangedMeanwhile(plugin.Slug));
            },
            now => now.TryFind(plugin.Slug, out present) && string.Equals(present.Digest, plugin.Digest, StringComparison.Ordinal)
                ? null
                : Refusals.ChangedMeanwhile(plugin.Slug),
            _ => present,
            cancellationToken);
    }

    /// <summary>By name, or by id as front ends know it.</summary>
    private static InstalledModule? Find(IReadOnlyList<InstalledModule> modules, string nameOrId) =>
        modules.FirstOrDefault(module => string.Equals(module.Id, nameOrId, StringComparison.Ordinal))
        ?? modules.FirstOrDefault(module => string.Equals(module.Name, nameOrId, StringComparison.OrdinalIgnoreCase));

    private async ValueTask<(string Values, IReadOnlyList<string> Changed, OperationOutcome.Refused? Refusal)> ValuesAsync(
        InstalledPlugin plugin, InstalledModule module, JsonElement? sent, CancellationToken cancellationToken)
    {
        if (sent is not { } values)
            return (module.SettingsJson, [], null);
        if (await parts.Store.FindVersionAsync(plugin.Slug, plugin.Version, cancellationToken) is not { } stored)
            return ("", [], ConfigureOperation.FilesMissing(plugin));
        var faults = ModuleFields.Validate(FieldsOf(stored, module), values);
        if (faults.Count > 0)
            return ("", [], ConfigureOperation.Invalid($"The values of {module.Name}", faults));

        if (SettingsView.TryObject(values) is not { } tree)
            return ("", [], ConfigureOperation.Invalid($"The values of {module.Name}", [SettingsView.NoObject]));

        var (before, after) = (SettingsView.Object(module.SettingsJson), SettingsView.Object(module.SettingsJson));
        foreach (var (name, value) in tree)
        {
            if (value is null)
                after.Remove(name);
            else
                after[name] = value.DeepClone();
        }

        var changed = tree.Select(value => value.Key).Where(name => !JsonNode.DeepEquals(before[name], after[name])).Select(name => SettingsPointer.Append("", name));
        return (JsonSerializer.Serialize(after, LifecycleJson.Default.JsonObject), [.. changed], null);
    }

    // The manifest's own, without the values that the row shows in them.
    private static JsonElement FieldsOf(StoredVersion stored, InstalledModule module) =>
        stored.Manifest.Frontend?.Modules.FirstOrDefault(one => string.Equals(one.Name, module.Name, StringComparison.Ordinal))?.ConfigFields ?? default;

    private static OperationOutcome.Refused Unknown(InstalledPlugin plugin) => new(
        RefusalKind.NotFound, "module.unknown", $"Your installation of {plugin.Slug} {plugin.Version} has no such module.", []);
}
