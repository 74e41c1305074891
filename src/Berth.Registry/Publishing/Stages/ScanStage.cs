using Berth.Data.Sessions;
using Berth.Registry.Advisories;
using Berth.Registry.Advisories.Rechecking;
using Berth.Registry.Scanning;
using Berth.Registry.Trust;

namespace Berth.Registry.Publishing.Stages;

/// <summary>Scans the package and judges by the policy of the plugin's trust level. Not scanned is never clean.</summary>
internal sealed class ScanStage(IDatabase database, IPackageScanner scanner, ITrustPolicies policies) : IPublishStage
{
    public string Name => "scan";

    public int RuleSet => 1;

    public async Task<StageVerdict> RunAsync(PublishContext publish, CancellationToken cancellationToken)
    {
        var slug = publish.Package.Manifest.Name;
        var owner = await database.ReadAsync(
            session => session.FirstOrDefaultAsync<OwnerRow>("SELECT owner_id, trust_level FROM package WHERE slug_folded = @folded", new { folded = slug.ToLowerInvariant() }), cancellationToken);
        // A new plugin begins where the transaction will put it.
        var level = owner?.TrustLevel ?? publish.Request.FirstLevel;
        await using var content = publish.Content();
        var report = await scanner.ScanAsync(content, publish.Package, owner?.OwnerId ?? publish.Request.PublisherId, cancellationToken);
        return ScanJudgement.Of(report, policies.Of(level));
    }

    public async Task StoreAsync(DbSession session, PublishContext publish, StageVerdict verdict, long at)
    {
        // A stage that broke has no evidence; its version is held and shows that it was never scanned.
        if (ScanJson.ReadEvidence(verdict.Evidence) is not { } said)
            return;
        var (slug, version) = (publish.Package.Manifest.Name, publish.Package.Manifest.Version.ToString());
        await ScanRows.PutAsync(session, slug, version, said, at);
        await LateVersions.LookAsync(session, slug, version, said, await AdvisoryHits.RefreshVersionAsync(session, slug, version, said.Dependencies, at), publish.Request.PublisherId, at);
    }

    private sealed record OwnerRow(string OwnerId, string TrustLevel);
}
