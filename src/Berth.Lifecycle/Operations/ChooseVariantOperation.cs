using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;
using Berth.Packaging.Variants;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Which front-end files are served to the user. Before: installed. After: chosen, and served from the next request on; asking for
/// what is already so changes nothing and succeeds. After a failure: as before. Optimised files that are not in the store are asked
/// for after the choice is written, so that the cleanup, which looks at the choices, never takes them away again; that they cannot
/// be had is a note.
/// </summary>
internal sealed class ChooseVariantOperation(OperationParts parts, LifecycleOptions options)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, ChooseVariantRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);

        var allows = request.AllowsVariant;
        var isSo = plugin.AllowsVariant == allows;
        if (request.IsDryRun)
        {
            return new OperationOutcome.Planned(Plans.Without(OperationKinds.Variant, plugin, isSo ? ["This is so already; nothing changes."] : Notes(plugin, allows)) with
            {
                Version = plugin.Version,
                Steps = ["commit"],
            });
        }

        var result = new OperationResult
        {
            OperationId = OperationTicket.IdFor(caller),
            Kind = OperationKinds.Variant,
            Slug = plugin.Slug,
            PluginId = plugin.PluginId,
            Version = plugin.Version,
            Variant = allows ? VariantStatement.Optimized : InstalledPlugin.OriginalVariant,
        };
        var outcome = isSo
            ? new OperationOutcome.Done(result with { Notes = ["This was so already; nothing changed."] })
            : await CommitAsync(caller, plugin, allows, result, cancellationToken);
        if (outcome is not OperationOutcome.Done done || !allows)
            return outcome;
        await TakeInAsync(plugin, cancellationToken);
        return new OperationOutcome.Done(done.Result with { Notes = [.. done.Result.Notes, .. Notes(plugin, allows)] });
    }

    private Task<OperationOutcome> CommitAsync(OperationCaller caller, InstalledPlugin plugin, bool allows, OperationResult result, CancellationToken cancellationToken)
    {
        InstalledPlugin? present = plugin;
        return QuickOperation.RunAsync(
            parts, caller, result, new OperationData { Version = plugin.Version }, purged: null,
            async (session, done) => await PluginRows.SetVariantAsync(session, plugin.PluginId, caller.UserId, allows, parts.Now) == 1
                ? done
                : throw new RefusedException(Refusals.ChangedMeanwhile(plugin.Slug)),
            now => now.TryFind(plugin.Slug, out present) ? null : Refusals.NotInstalled(plugin.Slug),
            now => present! with { AllowsVariant = allows, UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now) },
            cancellationToken,
            changed => parts.Records.Choose(changed));
    }

    /// <summary>A registry that is away costs nobody the choice: the files are asked for again within the cleanup interval.</summary>
    private async Task TakeInAsync(InstalledPlugin plugin, CancellationToken cancellationToken)
    {
        try
        {
            await parts.Store.TakeVariantAsync(new PluginVersionId(plugin.Slug, plugin.Version), parts.Source, cancellationToken);
        }
        catch (PackageSourceUnavailableException)
        {
            // Notes say that the author's files are served until then.
        }
    }

    private IReadOnlyList<string> Notes(InstalledPlugin plugin, bool allows)
    {
        if (!allows || parts.Store.Find(plugin.Slug, plugin.Version) is not { Variant: null } stored)
            return [];
        if (!options.TakesVariants)
            return ["This host serves the authors' files only; an administrator can change that with BERTH_VARIANTS."];
        return parts.Store.MayHaveVariant(stored)
            ? [$"There are no optimised files of {plugin.Slug} {plugin.Version} here yet; the author's are served until there are."]
            : [$"The author of {plugin.Slug} {plugin.Version} has not allowed optimised files; the author's own are served."];
    }
}
