using Berth.Data.Blobs;
using Berth.Data.Sessions;

namespace Berth.Lifecycle.Cleanup;

/// <summary>
/// Removes package blobs without a row: a publish or an upload ended between blob and row. Whatever table holds a digest
/// refers to its blob. A blob that was stored within the last day is left alone: its row may be on its way.
/// </summary>
internal sealed class UnreferencedBlobs(IDatabase database, IEnumerable<IPackageBlobs> packages, LifecycleOptions options) : ICleanupStage
{
    private const int BatchSize = 200;

    public async Task RunAsync(CleanupRun run, CancellationToken cancellationToken)
    {
        var notStoredSince = run.Now - options.StaleAfter;
        foreach (var blobs in packages)
        {
            await foreach (var blob in UnreferencedAsync(blobs, notStoredSince, cancellationToken))
            {
                if (run.IsDryRun || await blobs.DeleteUnusedAsync(blob.Digest, notStoredSince, cancellationToken))
                    run.Add("blob", blob.Digest, blob.Size, "No version refers to these bytes.");
            }
        }
    }

    private async IAsyncEnumerable<StoredBlob> UnreferencedAsync(
        IPackageBlobs blobs, DateTimeOffset notStoredSince, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<StoredBlob>(BatchSize);
        await foreach (var blob in blobs.ListAsync(cancellationToken))
        {
            if (blob.StoredAt > notStoredSince)
                continue;
            batch.Add(blob);
            if (batch.Count < BatchSize)
                continue;
            foreach (var unreferenced in await WithoutReferenceAsync(batch, cancellationToken))
                yield return unreferenced;
            batch.Clear();
        }

        if (batch.Count == 0)
            yield break;
        foreach (var unreferenced in await WithoutReferenceAsync(batch, cancellationToken))
            yield return unreferenced;
    }

    private async Task<IReadOnlyList<StoredBlob>> WithoutReferenceAsync(List<StoredBlob> batch, CancellationToken cancellationToken)
    {
        var referenced = await DigestReferences.AmongAsync(database, [.. batch.Select(blob => blob.Digest)], cancellationToken);
        return [.. batch.Where(blob => !referenced.Contains(blob.Digest)).OrderBy(blob => blob.Digest, StringComparer.Ordinal)];
    }
}
