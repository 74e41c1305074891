using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Repair: compare → fetch (only when files are wrong) → rows → record. Before: installed. After: the version's files are
/// those of the package that was installed, its modules those of the manifest, with what the user chose; documents and
/// settings are untouched. After a failure: no row is changed; the files are as before, or wholly restored. Without the
/// registry, intact files suffice to repair the rows.
/// </summary>
internal sealed class RepairOperation(OperationParts parts, StoreVerification verification, VersionRestoration restoration)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, RepairRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);
        var id = new PluginVersionId(plugin.Slug, plugin.Version);
        var faults = await verification.VerifyAsync(id, cancellationToken);
        if (await OtherBytesAsync(plugin, faults, cancellationToken) is { } refusal)
            return refusal;
        if (request.IsDryRun)
            return new OperationOutcome.Planned(await PlanAsync(plugin, faults, cancellationToken));

        var data = new OperationData { Version = plugin.Version };
        var running = await parts.Journal.StartAsync(OperationKinds.Repair, caller, plugin.Slug, null, data, cancellationToken);
        return running is null
            ? Refusals.InProgress(plugin.Slug)
            : await parts.RunAsync(running, () => StepsAsync(running, plugin, faults, cancellationToken));
    }

    /// <summary>Whether the files are those of the package the user installed.</summary>
    private static bool AreGood(InstalledPlugin plugin, VersionFaults faults) =>
        faults.IsSound && string.Equals(faults.Index!.Digest, plugin.Digest, StringComparison.Ordinal);

    /// <summary>Another package under the same number is left alone while somebody else has installed just that one.</summary>
    private async Task<OperationOutcome.Refused?> OtherBytesAsync(InstalledPlugin plugin, VersionFaults faults, CancellationToken cancellationToken)
    {
        if (faults.Index is not { } index || string.Equals(index.Digest, plugin.Digest, StringComparison.Ordinal))
            return null;
        var others = await parts.Database.ReadAsync(
            session => session.ScalarAsync<long>(
                "SELECT COUNT(*) FROM plugin WHERE plugin_slug = @Slug AND version = @Version AND digest = @Digest", new { plugin.Slug, plugin.Version, index.Digest }),
            cancellationToken);
        return others == 0 ? null : new OperationOutcome.Refused(
            RefusalKind.Conflict, "store.digest_conflict",
            $"{plugin.Slug} {plugin.Version} is in the store with other bytes (SHA-256 {index.Digest}) than you installed ({plugin.Digest}), and {others} other installations use those. Update to another version.", []);
    }

    private async Task<OperationPlan> PlanAsync(InstalledPlugin plugin, VersionFaults faults, CancellationToken cancellationToken)
    {
        var isGood = AreGood(plugin, faults);
        List<string> notes = isGood ? ["The files are as in the package."] : [.. Wrong(plugin, faults)];
        if (isGood && parts.Store.Find(plugin.Slug, plugin.Version) is { } stored)
        {
            var rows = await parts.Installations.ModulesAsync(plugin.UserId, plugin.PluginId, cancellationToken);
            var (missing, surplus) = Compare(stored, rows.Select(row => row.Name));
            notes.AddRange([.. missing.Select(name => $"module missing: {name}"), .. surplus.Select(name => $"module not in the manifest: {name}")]);
        }

        return Plans.Without(OperationKinds.Repair, plugin, notes) with
        {
            Version = plugin.Version,
            Digest = plugin.Digest,
            Steps = isGood ? ["commit", "record"] : ["fetch", "commit", "record"],
        };
    }

    private static (IReadOnlyList<string> Missing, IReadOnlyList<string> Surplus) Compare(StoredVersion stored, IEnumerable<string> rows)
    {
        var wanted = ModuleRows.TemplatesOf(stored.Manifest).Select(template => template.Name).ToHashSet(StringComparer.Ordinal);
        var present = rows.ToHashSet(StringComparer.Ordinal);
        return ([.. wanted.Except(present, StringComparer.Ordinal)], [.. present.Except(wanted, StringComparer.Ordinal)]);
    }

    private static IEnumerable<string> Wrong(InstalledPlugin plugin, VersionFaults faults) =>
        faults.IsSound ? [$"other package: SHA-256 {faults.Index!.Digest} instead of {plugin.Digest}"] : faults.Described;

    private async Task<OperationOutcome> StepsAsync(RunningOperation running, InstalledPlugin plugin, VersionFaults faults, CancellationToken cancellationToken)
    {
        var id = new PluginVersionId(plugin.Slug, plugin.Version);
        IReadOnlyList<string> restored = [];
        if (!AreGood(plugin, faults))
        {
            await running.StepAsync("fetch", cancellationToken);
            if (!await restoration.TryRestoreAsync(id, plugin.Digest, faults.Index?.TrustLevel, cancellationToken))
                throw new RefusedException(NoSource(plugin));
            restored = [.. Wrong(plugin, faults)];
        }

        parts.Store.Forget(id); // it may have been read while it was broken
        var stored = parts.Store.Find(id.Slug, id.Version) ?? throw new StepFailedException(
            "plugin.files_missing", $"{id} cannot be read although its files are as they were installed. Install another version.");
        await parts.Store.HoldAsync(stored, cancellationToken);
        OperationResult result;
        using (await parts.UserGate.EnterAsync(plugin.UserId, cancellationToken))
        {
            var now = parts.Now;
            result = await running.CommitAsync(session => RowsAsync(session, running, plugin, stored, restored, now));
            parts.Installations.Forget(plugin.UserId);
            parts.Records.Keep(plugin);
        }

        await parts.Witness.ReachedAsync(OperationKinds.Repair, "recorded");
        return new OperationOutcome.Done(result);
    }

    private static async Task<OperationResult> RowsAsync(
        DbSession session, RunningOperation running, InstalledPlugin plugin, StoredVersion stored, IReadOnlyList<string> restored, long now)
    {
        var inForce = await session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM plugin WHERE id = @PluginId AND user_id = @UserId AND version = @Version AND digest = @Digest AND generation = @Generation",
            new { plugin.PluginId, plugin.UserId, plugin.Version, plugin.Digest, plugin.Generation });
        if (inForce == 0)
            throw new RefusedException(Refusals.ChangedMeanwhile(plugin.Slug));
        List<string> notes = [];
        if (await GenerationRows.EnsureAsync(session, plugin.UserId, plugin.Slug, plugin.Generation, plugin.Version, now))
            notes.Add("The generation of documents was missing and is there again, without documents.");
        var strays = await ModuleRows.DropStraysAsync(session, plugin.PluginId, plugin.UserId);
        var (deleted, created) = await ModuleRows.ReconcileAsync(session, stored.Manifest, plugin.PluginId, plugin.UserId, now);
        return new OperationResult
        {
            OperationId = running.Id,
            Kind = OperationKinds.Repair,
            Slug = plugin.Slug,
            PluginId = plugin.PluginId,
            Version = plugin.Version,
            FilesRestored = restored,
            ModulesCreated = created,
            ModulesDeleted = [.. strays, .. deleted],
            Notes = restored.Count + strays.Count + deleted.Count + created.Count + notes.Count == 0 ? ["Everything was as it should be."] : notes,
        };
    }

    private static OperationOutcome.Refused NoSource(InstalledPlugin plugin) => new(
        RefusalKind.Unprocessable, "repair.no_source",
        $"The files of {plugin.Slug} {plugin.Version} cannot be restored: neither the registry nor this server has a package with SHA-256 {plugin.Digest}. Update to another version, or uninstall; your data is kept.", []);
}
