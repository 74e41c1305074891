using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Store;

/// <summary>What the database knows of the versions in the store; operations and the cleanup agree through it.</summary>
internal sealed class StoreLedger(IDatabase database, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Whether the version may be put in force. Whoever asks has its operation in the journal before, so that a cleanup that comes later sees it.</summary>
    public Task<bool> IsThereAsync(PluginVersionId id, string digest, CancellationToken cancellationToken) => database.Kind == DatabaseKind.Sqlite
        ? database.ReadAsync(session => StoreVersionRows.IsThereAsync(session, id.Slug, id.Version, digest), cancellationToken)
        : database.WriteAsync(session => StoreVersionRows.IsThereAsync(session, id.Slug, id.Version, digest), cancellationToken);

    /// <summary>Notes that the version is there. To be called under the store's lock, which keeps the cleanup from its files.</summary>
    public Task PutAsync(PluginVersionId id, string digest, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            await StoreVersionRows.PutAsync(session, id.Slug, id.Version, digest, Now);
            return true;
        },
        cancellationToken);

    /// <summary>Whether a removal still holds: nobody took it back.</summary>
    public async Task<bool> IsMarkedAsync(PluginVersionId id, string mark, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => StoreVersionRows.FindAsync(session, id.Slug, id.Version), cancellationToken) is { Removing: { } removing }
        && string.Equals(removing, mark, StringComparison.Ordinal);

    /// <summary>Forgets a version whose files are gone.</summary>
    public Task RemoveAsync(PluginVersionId id, string mark) =>
        database.WriteAsync(session => StoreVersionRows.DeleteAsync(session, id.Slug, id.Version, mark));

    /// <summary>Whether somebody has the version, and everybody who has it takes the author's files only.</summary>
    public Task<bool> IsVariantUnwantedAsync(PluginVersionId id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => StoreVersionRows.IsVariantUnwantedAsync(session, id.Slug, id.Version), cancellationToken);

    /// <summary>All rows.</summary>
    public Task<IReadOnlyList<StoreVersionRow>> AllAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(StoreVersionRows.AllAsync, cancellationToken);
}
