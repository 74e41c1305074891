using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Groups;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Uninstall: the plugin's uninstall → rows. Before: installed, and needed by nobody, unless the dependents are to go, too.
/// After: not installed, nor are those dependents; the documents in force are kept for a later installation unless purged
/// (only those of the plugin itself are); the rollback slots are given up. It goes on when a plugin's code throws, cannot be
/// loaded or its files are gone: that becomes a note. After a failure (of the database): all installed as before.
/// </summary>
internal sealed class UninstallOperation(OperationParts parts, GroupOperation groups)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, UninstallRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);
        var dependents = parts.Requirements.AllDependentsOf(plugin.Slug, installed);
        if (dependents.Count > 0 && !request.WithDependents)
            return Refusals.Required(plugin.Slug, "uninstalled", dependents);
        if (request.IsDryRun)
            return new OperationOutcome.Planned(Plan(plugin, dependents, request.Purge));

        var main = new UninstallMember(parts, caller, plugin, request.Purge);
        if (dependents.Count == 0 && !main.HasCode)
        {
            return await QuickOperation.RunAsync(
                parts, caller, main.Result(OperationTicket.IdFor(caller)), main.Data, request.Purge,
                main.RemoveAsync, now => CheckAgain(now, [], plugin), _ => null, cancellationToken);
        }

        return await groups.RunAsync(
            new GroupDraft(
                caller,
                [.. dependents.Select(dependent => new UninstallMember(parts, caller, dependent, purge: false)), main],
                dependents.Count, installed, now => CheckAgain(now, dependents, plugin), request.Purge),
            cancellationToken);
    }

    private static OperationPlan Plan(InstalledPlugin plugin, IReadOnlyList<InstalledPlugin> dependents, bool purge) => Plans.Group(
        Plans.Without(
            OperationKinds.Uninstall, plugin,
            purge ? "All documents of this plugin are deleted." : "Documents are kept for a later installation."),
        [.. dependents.Select(dependent => new PlannedMember(Plans.Without(OperationKinds.Uninstall, dependent), $"needs {plugin.Slug}"))],
        [.. dependents.Select(dependent => $"{dependent.Slug} {dependent.Version} goes along: it needs {plugin.Slug}, directly or through another one. Its documents are kept.")]);

    private OperationOutcome.Refused? CheckAgain(UserInstallations now, IReadOnlyList<InstalledPlugin> dependents, InstalledPlugin plugin)
    {
        foreach (var one in dependents.Append(plugin))
        {
            if (!now.TryFind(one.Slug, out var present) || present.Generation != one.Generation)
                return Refusals.ChangedMeanwhile(one.Slug);
        }

        var others = parts.Requirements.AllDependentsOf(plugin.Slug, now).Where(one => !dependents.Any(known => known.Slug == one.Slug)).ToList();
        return others.Count > 0 ? Refusals.Required(plugin.Slug, "uninstalled", others) : null;
    }
}
