using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Doctor;

/// <summary>Repairs one installation the way its user would.</summary>
internal sealed class InstallationRepair(ILifecycleOperations operations, IDatabase database, VersionRestoration restoration, InstallationSnapshots snapshots)
{
    /// <summary>Who acts, in the audit.</summary>
    public const string Actor = "doctor";

    /// <summary>Answers what was done, or <see langword="null"/>.</summary>
    public async Task<string?> RunAsync(InstallationRow row, CancellationToken cancellationToken)
    {
        snapshots.Forget(row.UserId); // the database may have been changed behind the server's back
        var outcome = await operations.RepairAsync(new OperationCaller(row.UserId, row.UserId, [], Actor), new RepairRequest(row.PluginSlug), cancellationToken);
        return outcome switch
        {
            OperationOutcome.Done { Result: var result } =>
                $"Repaired: {result.FilesRestored.Count} files restored, {result.ModulesCreated.Count} modules created, {result.ModulesDeleted.Count} deleted.",
            OperationOutcome.Refused refused => throw new PackageSourceUnavailableException(refused.Message),
            OperationOutcome.Failed failed => throw new PackageSourceUnavailableException(failed.Message),
            _ => null,
        };
    }

    /// <summary>Puts the version of the rollback slot back, or empties the slot.</summary>
    public async Task<string?> SlotAsync(InstallationRow row, bool hasDocuments, CancellationToken cancellationToken)
    {
        if (hasDocuments && row is { PreviousVersion: { } version, PreviousDigest: { } digest }
            && await restoration.TryRestoreAsync(new PluginVersionId(row.PluginSlug, version), digest, null, cancellationToken))
        {
            return $"Restored {row.PluginSlug} {version}.";
        }

        var emptied = await database.WriteAsync(
            session => session.ExecuteAsync(
                """
                UPDATE plugin SET previous_version = NULL, previous_digest = NULL, previous_generation = NULL
                WHERE id = @Id AND version = @Version AND previous_version = @PreviousVersion
                """,
                new { row.Id, row.Version, row.PreviousVersion }),
            cancellationToken);
        snapshots.Forget(row.UserId);
        return emptied == 1 ? "Emptied the rollback slot." : null;
    }
}
