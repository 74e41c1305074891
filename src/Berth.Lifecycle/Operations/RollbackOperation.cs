using Berth.Lifecycle.Operations.Groups;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Rollback to the version in the slot. Before: installed, and the slot holds a version that the site allows. After: that
/// version is in force, with the documents the user had then (or, with <see cref="RollbackRequest.MigrateData"/>, the
/// present ones carried back), and the slot holds the version and the documents that were in force. After a failure: as
/// before. Nothing else is updated along: what could not live with the older version refuses it.
/// </summary>
internal sealed class RollbackOperation(OperationParts parts, GroupOperation groups)
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

        if (VersionPolicy.Of(plugin.Slug, await parts.Pins.FindAsync(plugin.Slug, cancellationToken), null, [])
                .Forbids(SemanticVersion.Parse(version)) is { } pinned)
            return Refusals.Impossible($"The rollback of {plugin.Slug} to {version}", [pinned with { Message = $"{plugin.Slug} cannot go back to {version}: {pinned.Message}" }]);

        var candidate = await FindAsync(caller.UserId, plugin.Slug, version, digest, cancellationToken);
        if (candidate is null)
        {
            return new OperationOutcome.Refused(
                RefusalKind.NotFound, "version.unknown",
                $"The package of {plugin.Slug} {version} with SHA-256 {digest}, which was installed then, is neither in the store nor on offer any more.", []);
        }

        var draft = new SwitchDraft(OperationKinds.Rollback, caller, plugin, candidate, installed)
        {
            Granted = parts.Requirements.StillGranted(plugin, candidate),
            ReturnTo = request.MigrateData ? null : generation,
        };
        if (draft.Check(parts, installed) is { } refusal)
            return refusal;
        if (request.IsDryRun)
            return new OperationOutcome.Planned(Plans.Switch(parts, draft));

        return await groups.RunAsync(
            new GroupDraft(caller, [new SwitchMember(parts, draft)], 0, installed, now => draft.Check(parts, now)), cancellationToken);
    }

    /// <summary>
    /// From the store, where the slot keeps it, with the registry's present decision on it when that answers: a version
    /// may be quarantined since. From wherever its bytes are on offer when somebody removed the files.
    /// </summary>
    private async Task<Candidate?> FindAsync(string userId, string slug, string version, string digest, CancellationToken cancellationToken)
    {
        var stored = parts.Store.Find(slug, version) is { } found && string.Equals(found.Digest, digest, StringComparison.Ordinal) ? found : null;
        var offered = await parts.Resolver.FindPackageAsync(userId, slug, digest, cancellationToken);
        return offered is null ? stored is null ? null : new Candidate(null, stored) : offered with { Stored = stored ?? offered.Stored };
    }
}
