using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Update to a newer version. Before: installed. After: the newer version is in force with the user's documents carried
/// over into a new generation, the version before and its documents are in the rollback slot, and what was in the slot is
/// given up. After a failure: the old version works with its data, byte for byte. Never a downgrade.
/// </summary>
internal sealed class UpdateOperation(OperationParts parts, VersionSwitch @switch)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, UpdateRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);

        var current = SemanticVersion.Parse(plugin.Version);
        var resolved = await parts.Resolver.ResolveAsync(plugin.Slug, request.Range, current, cancellationToken);
        if (resolved is not ResolveOutcome.Found { Candidate: var candidate })
            return ((ResolveOutcome.No)resolved).Refusal;
        if (NotNewer(plugin, current, candidate) is { } refusal)
            return refusal;

        var draft = new SwitchDraft(OperationKinds.Update, caller, plugin, candidate, installed)
        {
            Grant = request.Grant ?? [],
            Granted = request.Grant ?? SwitchDraft.StillGranted(plugin, candidate),
        };
        return await @switch.RunAsync(draft, request.IsDryRun, cancellationToken);
    }

    private static OperationOutcome.Refused? NotNewer(InstalledPlugin plugin, SemanticVersion current, Candidate candidate) =>
        candidate.Version.CompareTo(current) switch
        {
            > 0 => null,
            0 => new OperationOutcome.Refused(
                RefusalKind.Conflict, "update.not_newer", $"{plugin.Slug} {current} is in force already, and {candidate.Version} is not newer.", []),
            _ => new OperationOutcome.Refused(
                RefusalKind.Conflict, "update.downgrade",
                $"{candidate.Version} is older than {plugin.Slug} {current}, and an update never goes back. "
                + (plugin.PreviousVersion is { } previous ? $"A rollback returns to {previous} with its data." : "There is no version to roll back to; uninstall and install the older one."), []),
        };
}
