using Berth.Host;
using Berth.Lifecycle.Store.Codings;

namespace Berth.Lifecycle.Store;

/// <summary>How the pre-compressed forms of what is in the store become others.</summary>
internal sealed partial class SharedStore
{
    /// <summary>Puts forms that were made again beside those that are there and serves them from now on. Returns <see langword="false"/> when the version left meanwhile.</summary>
    public async Task<bool> RecodeAsync(
        PluginVersionId id, string digest, StagingFolder staging, IReadOnlyDictionary<string, RecodedFile> files, CancellationToken cancellationToken)
    {
        if (!await _codings.PutAsync(id, digest, staging, files, cancellationToken))
            return false;
        _snapshots.Remove(id);
        return true;
    }

    /// <summary>When the index of a version was written last; the year 1601 when there is none.</summary>
    public DateTime IndexWritten(PluginVersionId id) => File.GetLastWriteTimeUtc(Path.Combine(_paths.Index(id), StoreIndex.FileName));

    /// <summary>Removes what a version's index does not name from its index folder. Returns how many files.</summary>
    public Task<int> SweepCodingsAsync(PluginVersionId id, CancellationToken cancellationToken) => _codings.SweepAsync(id, cancellationToken);
}
