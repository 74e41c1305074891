using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Rollback to the version in the slot. Before: installed, and the slot holds a version. After: that version is in force,
/// with the documents the user had then (or, with <see cref="RollbackRequest.MigrateData"/>, the present ones carried
/// back), and the slot holds the version and the documents that were in force. After a failure: as before.
/// </summary>
internal sealed class RollbackOperation(OperationParts parts, VersionSwitch @switch)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, RollbackRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);
        if (plugin is not { PreviousVersion: { } version, PreviousDigest: { } digest, PreviousGeneration: { } generation })
        {
            return new OperationOutcome.Refused(
                RefusalKind.Conflict, "rollback.unavailable",
                $"{plugin.Slug} {plugin.Version} has no version to go back to: it was not updated since it was installed.", []);
        }

        var (candidate, refusal) = await FindAsync(plugin.Slug, version, digest, cancellationToken);
        if (candidate is null)
            return refusal!;
        var draft = new SwitchDraft(OperationKinds.Rollback, caller, plugin, candidate, installed)
        {
            Granted = SwitchDraft.StillGranted(plugin, candidate),
            ReturnTo = request.MigrateData ? null : generation,
        };
        return await @switch.RunAsync(draft, request.IsDryRun, cancellationToken);
    }

    /// <summary>From the store, where the slot keeps it; from the registry when somebody removed the files.</summary>
    private async Task<(Candidate? Candidate, OperationOutcome.Refused? Refusal)> FindAsync(
        string slug, string version, string digest, CancellationToken cancellationToken)
    {
        if (parts.Store.Find(slug, version) is { } stored)
        {
            var offer = await OfferAsync(slug, version, cancellationToken);
            return string.Equals(stored.Digest, digest, StringComparison.Ordinal)
                ? (new Candidate(string.Equals(offer?.Digest, digest, StringComparison.Ordinal) ? offer : null, stored), null)
                : (null, Conflict(SharedStore.DigestConflict(stored, digest).Message));
        }

        var resolved = await parts.Resolver.ResolveAsync(slug, version, null, cancellationToken);
        if (resolved is not ResolveOutcome.Found { Candidate: var candidate })
            return (null, ((ResolveOutcome.No)resolved).Refusal);
        return string.Equals(candidate.Digest, digest, StringComparison.Ordinal)
            ? (candidate, null)
            : (null, Conflict($"The registry offers other bytes for {slug} {version} than were installed then: SHA-256 {candidate.Digest} instead of {digest}."));
    }

    /// <summary>The registry's present decision on the version, when it answers: a version may be quarantined since.</summary>
    private async Task<AvailableVersion?> OfferAsync(string slug, string version, CancellationToken cancellationToken)
    {
        try
        {
            var offers = await parts.Source.VersionsAsync(slug, cancellationToken);
            return offers.FirstOrDefault(offer => string.Equals(offer.Version.ToString(), version, StringComparison.Ordinal));
        }
        catch (PackageSourceUnavailableException)
        {
            return null;
        }
    }

    private static OperationOutcome.Refused Conflict(string message) => new(RefusalKind.Conflict, "store.digest_conflict", message, []);
}
