using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.PrivatePackages;
using Berth.Lifecycle.Store;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Migration.Apply;

/// <summary>What a migration works with.</summary>
internal sealed record MigrationParts(
    IDatabase Database, SharedStore Store, IPrivatePackages Private, IPackageBlobs Blobs, RecoveryRecords Records,
    PackageLimits Limits, TimeProvider Time, IStepWitness Witness)
{
    /// <summary>Unix milliseconds.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask ReachedAsync(string step) => Witness.ReachedAsync("migrate", step);
}
