using Berth.Host;

namespace Berth.Lifecycle.Store;

/// <summary>How versions leave the store, how those that need them keep them in it, and how their files are put back.</summary>
internal sealed partial class SharedStore
{
    private const int MostAttempts = 5;

    /// <summary>Keeps a version in the store that an operation in the journal needs.</summary>
    /// <exception cref="StoreException">It left the store meanwhile, and nobody offers it.</exception>
    public async Task<StoredVersion> HoldAsync(StoredVersion stored, CancellationToken cancellationToken) =>
        await IsConfirmedAsync(stored, cancellationToken) ? stored : throw Gone(new PluginVersionId(stored.Slug, stored.Version));

    /// <summary>The same for a version that somebody is about to begin to use: its signatures must still hold.</summary>
    /// <exception cref="StoreException">A signature does not hold any more, or one is missing; or as above.</exception>
    public async Task<StoredVersion> AdmitAsync(StoredVersion stored, CancellationToken cancellationToken)
    {
        await _signatures.CheckAsync(stored, () => IndexOf(new PluginVersionId(stored.Slug, stored.Version)), cancellationToken);
        return await HoldAsync(stored, cancellationToken);
    }

    /// <summary>Whether the signatures of a version in the store hold as it is.</summary>
    public async ValueTask<bool> IsAdmissibleAsync(StoredVersion stored, CancellationToken cancellationToken) =>
        await _signatures.JudgeAsync(stored, () => IndexOf(new PluginVersionId(stored.Slug, stored.Version)), cancellationToken) is null;

    /// <summary>Enters all versions that are on the disk and not in the database: of an older program, or of a database from a backup.</summary>
    public async Task<int> EnterAsync(CancellationToken cancellationToken)
    {
        var known = (await _ledger.AllAsync(cancellationToken)).Select(row => new PluginVersionId(row.Slug, row.Version)).ToHashSet();
        var entered = 0;
        foreach (var id in Ids().Where(id => !known.Contains(id)).ToList())
        {
            if (Find(id.Slug, id.Version) is { } stored && await IsConfirmedAsync(stored, cancellationToken))
                entered++;
        }

        return entered;
    }

    /// <summary>
    /// Takes the files of a marked version away: renamed first, deleted after. Before: marked in the database, so that no
    /// operation puts it in force. After: neither files nor row. When somebody took the mark back: as before.
    /// </summary>
    /// <returns>The bytes that were freed, or <see langword="null"/> when the version is needed again.</returns>
    public async Task<long?> RemoveAsync(PluginVersionId id, string mark, CancellationToken cancellationToken)
    {
        using var away = StagingFolder.Create(_paths, id);
        using (await _commit.LockAsync(cancellationToken))
        {
            if (!await _ledger.IsMarkedAsync(id, mark, cancellationToken))
                return null;
            await _commit.TakeAwayAsync(id, away);
            await _ledger.RemoveAsync(id, mark);
            _snapshots.Remove(id);
        }

        return FolderTree.Bytes(away.Files) + FolderTree.Bytes(away.Index);
    }

    /// <summary>Puts the package's files in the place of what is there under the version's name, and enters the version.</summary>
    public async Task ReplaceAsync(PluginVersionId id, AvailableVersion version, IPackageSource source, CancellationToken cancellationToken)
    {
        await _versionStaging.ReplaceAsync(id, version, source, cancellationToken);
        _snapshots.Remove(id);
        using (await _commit.LockAsync(cancellationToken))
            await _ledger.PutAsync(id, version.Digest, cancellationToken);
        // The package brings the author's files only; the optimised ones are asked for again, whenever that was last.
        if (_adoption.IsAllowed(version.Manifest) && !await IsVariantUnwantedAsync(id, cancellationToken))
            await AdoptVariantAsync(id, version, source, cancellationToken);
    }

    /// <summary>Forgets the snapshot of a version whose files were changed or taken away: the next look is at what is there now.</summary>
    public void Forget(PluginVersionId id) => _snapshots.Remove(id);

    /// <summary>
    /// Whether the version is there for good as long as the caller's operation runs. A removal that has marked it but not yet
    /// renamed it is taken back; it finds its mark gone.
    /// </summary>
    private async Task<bool> IsConfirmedAsync(StoredVersion stored, CancellationToken cancellationToken)
    {
        var id = new PluginVersionId(stored.Slug, stored.Version);
        if (await _ledger.IsThereAsync(id, stored.Digest, cancellationToken))
            return true;
        using (await _commit.LockAsync(cancellationToken))
        {
            if (StoredVersionLoader.Load(_paths, id, _libraries, static (_, _) => false) is not var (found, _) || !string.Equals(found.Digest, stored.Digest, StringComparison.Ordinal))
            {
                _snapshots.Remove(id);
                return false;
            }

            await _ledger.PutAsync(id, stored.Digest, cancellationToken);
            return true;
        }
    }

    private static StoreException Gone(PluginVersionId id) => new(
        "store.version_removed", $"{id} was removed from the plugin store while the operation ran. Nothing was changed; try again.");
}
