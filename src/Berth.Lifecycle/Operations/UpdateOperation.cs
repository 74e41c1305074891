using Berth.Lifecycle.Operations.Groups;
using Berth.Lifecycle.Operations.Planning;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Update to a newer version, by default the newest that fits channel and pins. Before: installed. After: the newer
/// version is in force with the user's documents carried over into a new generation, the version before and its documents
/// are in the rollback slot, and what was in the slot is given up; what it needs was installed or updated with it, and so
/// was what could not live with it otherwise. After a failure: every old version works with its data, byte for byte.
/// Never a downgrade, never outside a pin.
/// </summary>
internal sealed class UpdateOperation(OperationParts parts, GroupOperation groups)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, UpdateRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);
        var choice = await parts.Choice.ForUpdateAsync(plugin, request.Range, cancellationToken);
        if (choice is not ChoiceOutcome.Found { Nodes: var nodes })
            return ((ChoiceOutcome.No)choice).Refusal;

        var (problem, outcome) = await parts.Planner.PlanAsync(installed, nodes, cancellationToken);
        if (outcome is not SetOutcome.Found found)
        {
            return Refusals.Impossible(
                $"The update of {plugin.Slug} to {nodes[0].Version}",
                [.. ((SetOutcome.Impossible)outcome).Reasons, .. parts.Requirements.GrantFaultsOf(parts.Offers.Complete(nodes[0]), request.Grant ?? [])]);
        }

        var draft = new SetDraft(parts, caller, installed, problem, found, null, request.Grant, request.GrantDependencies);
        if (draft.GrantFaults() is { Count: > 0 } faults)
            return Refusals.Impossible($"The update of {plugin.Slug} to {found.Root.Version}", faults);
        if (request.Consent?.Invoke(draft) is { } withheld)
            return withheld;
        return request.IsDryRun
            ? await draft.ForeseeAsync($"The update of {plugin.Slug} to {found.Root.Version}", cancellationToken)
            : await groups.RunAsync(draft.Group(), cancellationToken);
    }
}
