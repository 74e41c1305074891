using Berth.Host;
using Berth.Host.States;

namespace Berth.Lifecycle.Store;

/// <summary>
/// Puts a version's files back as its package has them: staged beside, checked by digest, swapped in by a rename. Others
/// who use the version see the files as they were or as they should be, never half of each.
/// </summary>
internal sealed class VersionRestoration(SharedStore store, PackageFinder finder, IInstancePool pool)
{
    /// <summary>Before: whatever is there. After: the files, variants and index of the package. After a failure: as before.</summary>
    /// <returns>Whether these bytes were found anywhere.</returns>
    /// <exception cref="PackageSourceUnavailableException">The registry does not answer, and nobody else has the bytes.</exception>
    /// <exception cref="StoreException">The bytes are wrong, or the disk does not take them.</exception>
    public async Task<bool> TryRestoreAsync(PluginVersionId id, string digest, string? trustLevel, CancellationToken cancellationToken)
    {
        if (await finder.FindAsync(id, digest, trustLevel, cancellationToken) is not var (version, source))
            return false;
        await store.ReplaceAsync(id, version, source, cancellationToken);

        // What was loaded came from the files before; the next call loads it from these.
        if (pool.Snapshot().Any(instance => instance.Id == id && instance.State is not (InstanceState.Unloaded or InstanceState.Discovered)))
            await pool.UnloadAsync(id, cancellationToken);
        pool.Release(id);
        return true;
    }
}
