using Berth.Data.Blobs;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Cleanup;

/// <summary>Removes staging folders of the store whose owner is dead, and old staging files of uploads.</summary>
internal sealed class StaleStaging(SharedStore store, IEnumerable<IPackageBlobs> packages, LifecycleOptions options) : ICleanupStage
{
    public async Task RunAsync(CleanupRun run, CancellationToken cancellationToken)
    {
        foreach (var (name, bytes) in store.AbandonedStaging())
            run.Add("staging", name, bytes, "Its process ended while it staged.");
        if (!run.IsDryRun)
            await store.SweepAsync(cancellationToken);
        foreach (var blobs in packages)
        {
            foreach (var (name, bytes) in blobs.StaleStaging(options.StaleAfter))
                run.Add("staging", name, bytes, "Its upload has not ended for a day.");
            if (!run.IsDryRun)
                await blobs.RemoveStaleStagingAsync(options.StaleAfter, cancellationToken);
        }
    }
}
