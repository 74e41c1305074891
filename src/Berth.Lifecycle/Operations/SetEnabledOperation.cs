using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// Enable and disable. Before: installed. After: switched as asked; asking for what is already so changes nothing and
/// succeeds. After a failure: as before. Rows, modules and documents stay.
/// </summary>
internal sealed class SetEnabledOperation(OperationParts parts)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, SetEnabledRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);
        if (Check(plugin, request.Enabled, installed) is { } refusal)
            return refusal;
        var kind = request.Enabled ? OperationKinds.Enable : OperationKinds.Disable;
        if (request.IsDryRun)
        {
            return new OperationOutcome.Planned(Plans.Without(kind, plugin) with
            {
                Version = plugin.Version,
                Steps = ["commit"],
                Notes = plugin.Enabled == request.Enabled ? ["This is so already; nothing changes."] : [],
            });
        }

        var result = new OperationResult
        {
            OperationId = OperationTicket.IdFor(caller),
            Kind = kind,
            Slug = plugin.Slug,
            PluginId = plugin.PluginId,
            Version = plugin.Version,
        };
        if (plugin.Enabled == request.Enabled)
            return new OperationOutcome.Done(result with { Notes = ["This was so already; nothing changed."] });

        InstalledPlugin? present = plugin;
        return await QuickOperation.RunAsync(
            parts, caller, result, new OperationData { Version = plugin.Version }, purged: null,
            async (session, done) => await PluginRows.SetEnabledAsync(session, plugin.PluginId, caller.UserId, request.Enabled, parts.Now) == 1
                ? done
                : throw new RefusedException(Refusals.ChangedMeanwhile(plugin.Slug)),
            now => now.TryFind(plugin.Slug, out present) ? Check(present, request.Enabled, now) : Refusals.NotInstalled(plugin.Slug),
            now => present! with { Enabled = request.Enabled, UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now) },
            cancellationToken,
            after => parts.Records.Choose(after));
    }

    public OperationOutcome.Refused? Check(InstalledPlugin plugin, bool enabled, UserInstallations installed)
    {
        if (!enabled)
        {
            return parts.Requirements.DependentsOf(plugin.Slug, installed) is { Count: > 0 } dependents
                ? Refusals.Required(plugin.Slug, "disabled", dependents)
                : null;
        }

        if (parts.Store.Find(plugin.Slug, plugin.Version) is not { } stored)
            return null;
        List<RefusalReason>? reasons = null;
        Requirements.Dependencies(plugin.Slug, SemanticVersion.Parse(plugin.Version), stored.Manifest, installed, ref reasons);
        return reasons is null ? null : Refusals.Impossible($"Enabling {plugin.Slug}", reasons);
    }
}
