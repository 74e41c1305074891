using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Uninstall: the plugin's uninstall → rows. Before: installed. After: not installed; the documents in force are kept for
/// a later installation unless purged; the rollback slot is given up. It goes on when the plugin's code throws, cannot be
/// loaded or its files are gone: that becomes a note. After a failure (of the database): installed as before.
/// </summary>
internal sealed class UninstallOperation(OperationParts parts)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, UninstallRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);
        if (parts.Requirements.DependentsOf(plugin.Slug, installed) is { Count: > 0 } dependents)
            return Refusals.Required(plugin.Slug, "uninstalled", dependents);
        if (request.IsDryRun)
        {
            return new OperationOutcome.Planned(Plans.Without(
                OperationKinds.Uninstall, plugin,
                request.Purge ? "All documents of this plugin are deleted." : "Documents are kept for a later installation."));
        }

        var stored = parts.Store.Find(plugin.Slug, plugin.Version);
        var data = new OperationData { FromVersion = plugin.Version };
        if (stored?.Manifest.Module is null)
        {
            IReadOnlyList<string> missing = stored is null ? [$"The files of {plugin.Slug} {plugin.Version} are not in the store; nothing of its own code ran."] : [];
            return await QuickOperation.RunAsync(
                parts, caller, Result(OperationJournal.NewId(), plugin, missing), data, request.Purge,
                (session, result) => RemoveAsync(session, caller, plugin, request.Purge, result),
                now => CheckAgain(now, plugin), _ => null, cancellationToken);
        }

        var running = await parts.Journal.StartAsync(OperationKinds.Uninstall, caller, plugin.Slug, null, data, cancellationToken);
        if (running is null)
            return Refusals.InProgress(plugin.Slug);
        return await parts.RunAsync(running, async () =>
        {
            var notes = await RunOwnCodeAsync(running, plugin, stored, cancellationToken);
            OperationResult result;
            using (await parts.UserGate.EnterAsync(caller.UserId, cancellationToken))
            {
                var now = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
                if (CheckAgain(now, plugin) is { } refusal)
                    throw new RefusedException(refusal);
                result = await running.CommitAsync(
                    session => RemoveAsync(session, caller, plugin, request.Purge, Result(running.Id, plugin, notes)), request.Purge);
                parts.Installations.Committed(caller.UserId, plugin.Slug, null);
            }

            await RecordAsync(caller.UserId, plugin.Slug);
            return new OperationOutcome.Done(result);
        });
    }

    private async Task<IReadOnlyList<string>> RunOwnCodeAsync(
        RunningOperation running, InstalledPlugin plugin, Store.StoredVersion stored, CancellationToken cancellationToken)
    {
        await running.StepAsync("load", cancellationToken);
        var (code, failure) = await PluginCode.TryOpenAsync(parts.Pool, stored, cancellationToken);
        if (failure is not null)
            return [$"The plugin's own uninstall did not run, because the plugin does not: {failure.Reason}"];
        using (code)
        {
            if (code!.Own is not { } own)
                return [];
            await running.StepAsync("uninstall", cancellationToken);
            try
            {
                var view = parts.View(running.Caller, plugin.Slug, plugin.Version, stored.Manifest, plugin.Generation, plugin.Settings);
                await own.UninstallAsync(view, cancellationToken);
                return [];
            }
            catch (PluginCallException exception)
            {
                return [$"The plugin's own uninstall failed, and the plugin was removed all the same: {exception.Reason}"];
            }
        }
    }

    private OperationOutcome.Refused? CheckAgain(UserInstallations now, InstalledPlugin plugin)
    {
        if (!now.TryFind(plugin.Slug, out var present) || present.Generation != plugin.Generation)
            return Refusals.ChangedMeanwhile(plugin.Slug);
        return parts.Requirements.DependentsOf(plugin.Slug, now) is { Count: > 0 } dependents
            ? Refusals.Required(plugin.Slug, "uninstalled", dependents)
            : null;
    }

    private async Task<OperationResult> RemoveAsync(
        DbSession session, OperationCaller caller, InstalledPlugin plugin, bool purge, OperationResult result)
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

    private static OperationResult Result(string id, InstalledPlugin plugin, IReadOnlyList<string> notes) => new()
    {
        OperationId = id,
        Kind = OperationKinds.Uninstall,
        Slug = plugin.Slug,
        PluginId = plugin.PluginId,
        Version = plugin.Version,
        Notes = notes,
    };

    private async Task RecordAsync(string userId, string slug)
    {
        parts.Records.Write(userId, slug, null);
        await parts.Witness.ReachedAsync(OperationKinds.Uninstall, "recorded");
    }
}
