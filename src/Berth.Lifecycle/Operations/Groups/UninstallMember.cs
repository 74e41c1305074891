using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations.Groups;

/// <summary>A removal: load → the plugin's uninstall → rows. A fault of the plugin's own code is a note and stops nothing.</summary>
internal sealed class UninstallMember(OperationParts parts, OperationCaller caller, InstalledPlugin plugin, bool purge) : GroupMember
{
    private readonly StoredVersion? _stored = parts.Store.Find(plugin.Slug, plugin.Version);
    private readonly List<string> _notes = [];

    public override string Slug => plugin.Slug;

    public override JournalEntry Entry => new(OperationKinds.Uninstall, Slug, null, Data);

    public OperationData Data => new() { FromVersion = plugin.Version };

    /// <summary>Whether code of the plugin may have to run.</summary>
    public bool HasCode => _stored?.Manifest.Module is not null;

    public override async Task PrepareAsync(RunningOperation running, CancellationToken cancellationToken)
    {
        if (!HasCode)
            return;
        await running.StepAsync("load", cancellationToken);
        var (code, failure) = await PluginCode.TryOpenAsync(parts.Pool, _stored!, cancellationToken);
        if (failure is not null)
        {
            _notes.Add($"The plugin's own uninstall did not run, because the plugin does not: {failure.Reason}");
            return;
        }

        using (code)
        {
            if (code!.Own is not { } own)
                return;
            await running.StepAsync("uninstall", cancellationToken);
            try
            {
                var view = parts.View(caller, plugin.Slug, plugin.Version, _stored!.Manifest, plugin.Generation, plugin.Settings);
                await own.UninstallAsync(view, cancellationToken);
            }
            catch (PluginCallException exception)
            {
                _notes.Add($"The plugin's own uninstall failed, and the plugin was removed all the same: {exception.Reason}");
            }
        }
    }

    public override Task<OperationResult> WriteAsync(DbSession session, RunningOperation running, long now) =>
        RemoveAsync(session, Result(running.Id));

    /// <summary>Deletes the rows. The documents in force are kept unless purged.</summary>
    public async Task<OperationResult> RemoveAsync(DbSession session, OperationResult result)
    {
        var modules = await session.QueryAsync<string>(
            "SELECT id FROM module WHERE plugin_id = @id AND user_id = @userId ORDER BY id", new { id = plugin.PluginId, userId = caller.UserId });
        if (await PluginRows.DeleteAsync(session, plugin.PluginId, caller.UserId, plugin.Generation) == 0)
            throw new RefusedException(Refusals.ChangedMeanwhile(plugin.Slug));
        await StoreVersionRows.GivenUpAsync(session, plugin.Slug, plugin.Version, parts.Now);
        if (plugin.PreviousVersion is { } previous)
            await StoreVersionRows.GivenUpAsync(session, plugin.Slug, previous, parts.Now);
        if (purge)
            await GenerationRows.DropAllAsync(session, caller.UserId, plugin.Slug);
        else
            await GenerationRows.DropOthersAsync(session, caller.UserId, plugin.Slug, plugin.Generation, null);
        return result with { ModulesDeleted = modules };
    }

    public OperationResult Result(string id) => new()
    {
        OperationId = id,
        Kind = OperationKinds.Uninstall,
        Slug = plugin.Slug,
        PluginId = plugin.PluginId,
        Version = plugin.Version,
        Notes = _stored is null ? [$"The files of {plugin.Slug} {plugin.Version} are not in the store; nothing of its own code ran."] : _notes,
    };

    public override InstalledPlugin? After(RunningOperation running, long now) => null;

    public override void Record() => parts.Records.Write(caller.UserId, plugin.Slug, null);
}
