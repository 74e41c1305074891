using Berth.Lifecycle.Operations.Groups;
using Berth.Lifecycle.Operations.Planning;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Install: choose a set → check → each member: fetch → its own install → import of kept documents → rows of all at once.
/// Before: not installed. After: installed with everything it needs, with the documents that an earlier uninstall kept.
/// After a failure: no member of the set is installed or updated; kept documents are as they were; no row of it is left.
/// </summary>
/// <remarks>
/// When all versions are in the store and bring no code, nothing can fail half way: the whole operation is one
/// transaction (<see cref="QuickInstall"/>), and a thousand of them are committed together.
/// </remarks>
internal sealed class InstallOperation(OperationParts parts, QuickInstall quick, GroupOperation groups)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, InstallRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (installed.TryFind(request.Slug, out var present))
            return Refusals.AlreadyInstalled(present.Slug, present.Version);
        var choice = await parts.Choice.ForInstallAsync(caller.UserId, request.Slug, request.Range, request.Digest, cancellationToken);
        if (choice is not ChoiceOutcome.Found { Nodes: var nodes })
            return ((ChoiceOutcome.No)choice).Refusal;

        var (problem, outcome) = await parts.Planner.PlanAsync(installed, nodes, cancellationToken);
        if (outcome is not SetOutcome.Found found)
            return Impossible(nodes[0], (SetOutcome.Impossible)outcome, request.Grant ?? []);
        var draft = new SetDraft(parts, caller, installed, problem, found, request, request.Grant, request.GrantDependencies);
        if (draft.GrantFaults() is { Count: > 0 } faults)
            return Refusals.Impossible($"Installing {found.Root}", faults);
        if (request.IsDryRun)
            return await draft.ForeseeAsync($"Installing {found.Root}", cancellationToken);

        return draft.OnlyInstalls is { } installs && installs.All(QuickInstall.IsQuick)
            && await quick.TryRunAsync(draft, installs, cancellationToken) is { } done
                ? done
                : await groups.RunAsync(draft.Group(), cancellationToken);
    }

    private OperationOutcome.Refused Impossible(SetNode wished, SetOutcome.Impossible outcome, IReadOnlyList<string> grant) =>
        Refusals.Impossible($"Installing {wished}", [.. outcome.Reasons, .. parts.Requirements.GrantFaultsOf(parts.Offers.Complete(wished), grant)]);
}
