using System.Globalization;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Cleanup;

/// <summary>
/// Removes versions that nothing refers to since the retention time: no installation, no rollback slot, no pin, no
/// operation on their plugin, no lease. Mark (one transaction, which looks for references) → unload → rename away →
/// forget the row → delete. An operation that needs the version takes the mark back, or stages the version again.
/// </summary>
internal sealed class UnreferencedVersions(
    IDatabase database, SharedStore store, IInstancePool pool, IStepWitness witness, LifecycleOptions options, TimeProvider time) : ICleanupStage
{
    private static readonly TimeSpan CoarsestNote = TimeSpan.FromHours(1);

    public async Task RunAsync(CleanupRun run, CancellationToken cancellationToken)
    {
        if (!run.IsDryRun)
        {
            await store.EnterAsync(cancellationToken);
            await NoteReferencesAsync(run.Now, cancellationToken);
        }

        // After the entering: without a retention, what was entered a moment ago may go at once.
        var before = (time.GetUtcNow() - options.VersionRetention).ToUnixTimeMilliseconds();
        var leased = pool.Snapshot().Where(instance => instance.Leases > 0).Select(instance => instance.Id).ToHashSet();
        foreach (var row in await RemovableAsync(run, before, cancellationToken))
        {
            var id = new PluginVersionId(row.Slug, row.Version);
            if (leased.Contains(id))
                continue;
            var bytes = run.IsDryRun ? Bytes(id) : await TryRemoveAsync(id, before, cancellationToken);
            if (bytes is { } freed)
                run.Add("version", id.ToString(), freed, Reason(row));
        }
    }

    /// <summary>Removes one version that nothing refers to, without waiting for its retention.</summary>
    public async Task<long?> RemoveAsync(PluginVersionId id, bool isDryRun, CancellationToken cancellationToken)
    {
        if (pool.Snapshot().Any(instance => instance.Leases > 0 && instance.Id == id) || await IsReferencedAsync(id, cancellationToken))
            return null;
        if (isDryRun)
            return Bytes(id);
        await store.EnterAsync(cancellationToken);
        return await TryRemoveAsync(id, long.MaxValue, cancellationToken);
    }

    private async Task<IEnumerable<StoreVersionRow>> RemovableAsync(CleanupRun run, long before, CancellationToken cancellationToken)
    {
        var (rows, known) = await database.ReadAsync(
            async session => (await StoreVersionRows.RemovableAsync(session, before), await StoreVersionRows.AllAsync(session)), cancellationToken);
        if (!run.IsDryRun || options.VersionRetention > TimeSpan.Zero)
            return rows;

        // A run would enter these first, and with no retention remove them right after.
        var entered = known.Select(row => new PluginVersionId(row.Slug, row.Version)).ToHashSet();
        var strangers = store.Ids().Where(id => !entered.Contains(id)).ToList();
        var now = run.Now.ToUnixTimeMilliseconds();
        List<StoreVersionRow> all = [.. rows];
        foreach (var id in strangers)
        {
            if (store.Find(id.Slug, id.Version) is { } stored && !await IsReferencedAsync(id, cancellationToken))
                all.Add(new StoreVersionRow(id.Slug, id.Version, stored.Digest, now, now, null));
        }

        return all;
    }

    private Task<bool> IsReferencedAsync(PluginVersionId id, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.ScalarAsync<long>(
            $"SELECT 1 FROM (SELECT @Slug AS slug, @Version AS version) AS store_version WHERE NOT ({StoreVersionRows.Unreferenced})",
            new { id.Slug, id.Version }) == 1,
        cancellationToken);

    private async Task<long?> TryRemoveAsync(PluginVersionId id, long before, CancellationToken cancellationToken)
    {
        var mark = Guid.NewGuid().ToString("n");
        if (!await database.WriteAsync(session => StoreVersionRows.TryMarkAsync(session, id.Slug, id.Version, before, mark), cancellationToken))
            return null;
        await witness.ReachedAsync("cleanup", "marked");
        await pool.UnloadAsync(id, cancellationToken);
        var freed = await store.RemoveAsync(id, mark, cancellationToken);
        await witness.ReachedAsync("cleanup", "removed");
        return freed;
    }

    /// <summary>Not at every run: a note that is a little old only keeps a version a little longer or shorter than its retention.</summary>
    private Task<bool> NoteReferencesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var coarse = options.VersionRetention / 24 is var part && part < CoarsestNote ? part : CoarsestNote;
        var olderThan = (now - coarse).ToUnixTimeMilliseconds();
        return database.WriteAsync(
            async session =>
            {
                await StoreVersionRows.NoteReferencesAsync(session, olderThan, now.ToUnixTimeMilliseconds());
                return true;
            },
            cancellationToken);
    }

    private long Bytes(PluginVersionId id) => FolderTree.Bytes(store.Paths.Version(id)) + FolderTree.Bytes(store.Paths.Index(id));

    private static string Reason(StoreVersionRow row) => string.Create(
        CultureInfo.InvariantCulture, $"Nothing refers to it since {DateTimeOffset.FromUnixTimeMilliseconds(row.ReferencedAt):yyyy-MM-dd HH:mm:ss} UTC.");
}
