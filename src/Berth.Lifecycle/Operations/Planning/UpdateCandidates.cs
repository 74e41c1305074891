using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>Asks what an update asks, and stops there.</summary>
internal sealed class UpdateCandidates(VersionChoice choice, SetPlanner planner, VersionOffers offers) : IUpdateCandidates
{
    public async ValueTask<UpdateCandidate?> FindAsync(InstalledPlugin plugin, UserInstallations installed, CancellationToken cancellationToken = default)
    {
        var nodes = await choice.ForUpdateAsync(plugin, null, cancellationToken) switch
        {
            ChoiceOutcome.Found found => found.Nodes,
            ChoiceOutcome.No { Refusal: { Kind: RefusalKind.Unavailable } refusal } => throw new PackageSourceUnavailableException(refusal.Message),
            _ => [],
        };
        if (nodes.Count == 0 || (await planner.PlanAsync(installed, nodes, cancellationToken)).Outcome is not SetOutcome.Found set)
            return null;
        return new UpdateCandidate(offers.Complete(set.Root).Version.ToString(), set.Root.Manifest?.Repository);
    }
}
