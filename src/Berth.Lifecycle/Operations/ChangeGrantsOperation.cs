using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// What the user grants, without another install. Before: installed. After: granted as asked, within what the version in force
/// declares and its trust level permits, and seen by the plugin's next call; asking for what is already so changes nothing and
/// succeeds. After a failure: as before. What is taken away needs nobody's leave and no files: a grant can always be taken back.
/// </summary>
internal sealed class ChangeGrantsOperation(OperationParts parts)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, ChangeGrantsRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);
        var stored = await parts.Store.FindVersionAsync(plugin.Slug, plugin.Version, cancellationToken);
        if (stored is null && request.Grant.Count > 0)
        {
            return new OperationOutcome.Refused(
                RefusalKind.Conflict, "plugin.files_missing",
                $"The files of {plugin.Slug} {plugin.Version} are not in the store, so nothing can say what may be granted to it. Repair it first.", []);
        }

        if (stored is not null && Faults(plugin, stored, request) is { Count: > 0 } faults)
            return Refusals.Impossible($"Changing what is granted to {plugin.Slug} {plugin.Version}", faults);

        var change = GrantChange.Of(plugin.Granted, request);
        if (request.IsDryRun)
        {
            return new OperationOutcome.Planned(Plans.Without(OperationKinds.Grants, plugin, change.IsNone ? ["This is so already; nothing changes."] : []) with
            {
                Version = plugin.Version,
                Capabilities = stored is null ? [] : Capabilities(stored, change),
                Steps = ["commit"],
            });
        }

        var result = new OperationResult
        {
            OperationId = OperationTicket.IdFor(caller),
            Kind = OperationKinds.Grants,
            Slug = plugin.Slug,
            PluginId = plugin.PluginId,
            Version = plugin.Version,
            Granted = change.Granted,
            Revoked = change.Revoked,
        };
        return change.IsNone
            ? new OperationOutcome.Done(result with { Notes = ["This was so already; nothing changed."] })
            : await CommitAsync(caller, plugin, InstallationRow.WriteGranted(change.After), result, cancellationToken);
    }

    private Task<OperationOutcome> CommitAsync(OperationCaller caller, InstalledPlugin plugin, string granted, OperationResult result, CancellationToken cancellationToken)
    {
        var present = plugin;
        return QuickOperation.RunAsync(
            parts, caller, result, new OperationData { Version = plugin.Version }, purged: null,
            async (session, done) => await PluginRows.SetGrantedAsync(session, plugin, granted, parts.Now) == 1
                ? done
                : throw new RefusedException(Refusals.ChangedMeanwhile(plugin.Slug)),
            // The change was judged on this version and these grants.
            now => !now.TryFind(plugin.Slug, out present!) ? Refusals.NotInstalled(plugin.Slug)
                : IsJudgedOn(present, plugin) ? null : Refusals.ChangedMeanwhile(plugin.Slug),
            now => present with
            {
                GrantedJson = InstallationRow.Shared(granted),
                Granted = InstallationRow.ReadGranted(granted),
                UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now),
            },
            cancellationToken);
    }

    private static bool IsJudgedOn(InstalledPlugin present, InstalledPlugin plugin) =>
        string.Equals(present.Version, plugin.Version, StringComparison.Ordinal)
        && string.Equals(present.Digest, plugin.Digest, StringComparison.Ordinal)
        && string.Equals(present.GrantedJson, plugin.GrantedJson, StringComparison.Ordinal);

    /// <summary>The same reasons as at an install; and a name that is nobody's is a slip, also where it is to be taken away.</summary>
    private List<RefusalReason> Faults(InstalledPlugin plugin, StoredVersion stored, ChangeGrantsRequest request) =>
    [
        .. parts.Requirements.GrantFaultsOf(new Candidate(null, stored), request.Grant),
        .. request.Revoke
            .Where(name => !plugin.Granted.Contains(name) && !stored.Manifest.Security.Capabilities.Contains(name, StringComparer.Ordinal))
            .Select(name => new RefusalReason("capability.not_declared", $"{plugin.Slug} {plugin.Version} does not declare the capability '{name}', so there is nothing to revoke.")),
    ];

    private List<PlannedCapability> Capabilities(StoredVersion stored, GrantChange change) =>
    [
        .. stored.Manifest.Security.Capabilities.Select(name => new PlannedCapability(TrustCeilings.Describe(name), IsNew: false, change.After.Contains(name))
        {
            Hosts = NetworkReach.HostsOf(name, stored.Manifest),
            IsPermitted = parts.Requirements.Permits(new Candidate(null, stored), name),
        }),
    ];
}
