using Berth.Data.Sessions;
using Berth.Packaging.Bundles;
using Berth.Packaging.Carrying;
using Berth.Registry.Catalog;
using Berth.Registry.Search;
using Berth.Registry.Trust;
using Berth.Registry.Trust.InForce;
using Berth.Registry.Trust.Quarantines;

namespace Berth.Registry.Mirroring;

/// <summary>
/// Stops here what the source of a bundle has stopped: the very same bytes, also of versions that came with an earlier bundle.
/// A version of the same name with other bytes is another house's, and left alone.
/// </summary>
internal sealed class CarriedQuarantines(IDatabase database, QuarantineBook quarantines, TimeProvider time)
{
    /// <summary>What is stopped here, for a bundle.</summary>
    public async Task<IReadOnlyList<BundleQuarantine>> ListAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var rows = await database.ReadAsync(
            session => session.QueryAsync<BundleQuarantine>(
                $"""
                SELECT slug, version, digest, MIN(reason) AS reason FROM (
                    SELECT v.slug, v.version, v.digest, q.reason FROM package_version v JOIN package p ON p.slug = v.slug JOIN trust_quarantine q ON {QuarantineSql.InForce}
                    WHERE v.state <> '{VersionState.Deleted}' AND {QuarantineSql.HitsVersion}
                    UNION ALL
                    SELECT v.slug, v.version, v.digest, d.reason FROM package_version v JOIN trust_decision d ON d.slug = v.slug
                    WHERE v.state <> '{VersionState.Deleted}' AND d.level = '{TrustLevels.Quarantined}' AND d.ended_at IS NULL AND (d.expires_at IS NULL OR d.expires_at > @now)
                        AND NOT EXISTS (SELECT 1 FROM trust_decision n WHERE n.slug = d.slug AND n.seq > d.seq AND n.ended_at IS NULL AND (n.expires_at IS NULL OR n.expires_at > @now))
                ) hit GROUP BY slug, version, digest ORDER BY slug, version
                """,
                new { now }),
            cancellationToken);
        return rows;
    }

    /// <summary>Stops what the source stops, and lifts what its earlier bundles stopped and it does not stop any more.</summary>
    public async Task<CarriedStops> CarryAsync(IReadOnlyList<BundleQuarantine> stopped, CarriedFrom from, bool isDryRun, CancellationToken cancellationToken)
    {
        var (lifted, left) = await LiftAsync(stopped, from, isDryRun, cancellationToken);
        return new CarriedStops(await StopAsync(stopped, from, isDryRun, cancellationToken), lifted, left);
    }

    private async Task<IReadOnlyList<string>> StopAsync(IReadOnlyList<BundleQuarantine> stopped, CarriedFrom from, bool isDryRun, CancellationToken cancellationToken)
    {
        var known = (await ListAsync(cancellationToken)).Select(one => one.Digest).ToHashSet(StringComparer.Ordinal);
        var carried = new List<string>();
        foreach (var one in stopped.Where(one => !known.Contains(one.Digest)))
        {
            if (await SpelledAsync(one, cancellationToken) is not { } slug)
                continue;
            var reason = from.Decided(one.Reason);
            var draft = new QuarantineDraft(QuarantineKinds.Version, $"{slug}@{one.Version}", reason.Length <= 1_000 ? reason : reason[..1_000]) { IsDryRun = isDryRun };
            var result = await quarantines.SetAsync(
                draft, new TrustActor(from.ActorId, IsAdministrator: true, IsReviewer: true),
                (session, set) => CarriedMemory.PutAsync(session, from, CarriedMemory.Quarantine, CarriedMemory.Subject(slug, one.Version), set.Id), cancellationToken);
            if (result.IsDone)
                carried.Add(draft.Subject);
        }

        return carried;
    }

    /// <summary>
    /// Here nobody's four eyes are asked: it is the source that lifts what it set itself. So the bundle must be signed by the very
    /// key that signed the one it came with: whose key that is, nobody here can choose afterwards.
    /// </summary>
    private async Task<(IReadOnlyList<string> Lifted, IReadOnlyList<string> Left)> LiftAsync(
        IReadOnlyList<BundleQuarantine> stopped, CarriedFrom from, bool isDryRun, CancellationToken cancellationToken)
    {
        var there = stopped.Select(one => CarriedMemory.Subject(one.Slug, one.Version)).ToHashSet(StringComparer.Ordinal);
        var (lifted, left) = (new List<string>(), new List<string>());
        foreach (var mark in await database.ReadAsync(session => CarriedMemory.ListAsync(session, from, CarriedMemory.Quarantine), cancellationToken))
        {
            var now = time.GetUtcNow();
            var here = await database.ReadAsync(session => QuarantineRows.FindAsync(session, mark.Text), cancellationToken) is { LiftedAt: null } record && !(record.ExpiresAt <= now) ? record : null;
            var step = CarriedMarks.Quarantine(there.Contains(mark.Subject), here?.Id, mark.Text);
            if (step is CarryStep.TakeBack && mark.SignedBy != from.SignedBy)
            {
                left.Add($"{here!.Subject} is not quarantined at {from.Source} any more. This bundle is signed by another key than the one it was stopped by, so a reviewer has to lift it: berth trust lift {here.Id}");
                continue;
            }

            if (step is not (CarryStep.TakeBack or CarryStep.Forget))
                continue;
            var plugins = await TrustWrites.RunAsync(
                database, isDryRun,
                async session =>
                {
                    await CarriedMemory.ForgetAsync(session, from, CarriedMemory.Quarantine, mark.Subject);
                    return step == CarryStep.TakeBack
                        ? (await QuarantineRows.LiftAsync(session, here!, from.Decided("lifted"), from.ActorId, now.ToUnixTimeMilliseconds())).Plugins
                        : [];
                },
                cancellationToken);
            if (step == CarryStep.TakeBack)
                lifted.Add(here!.Subject);
            if (!isDryRun)
                quarantines.Changed(plugins);
        }

        return (lifted, left);
    }

    private Task<string?> SpelledAsync(BundleQuarantine one, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarAsync<string>(
            "SELECT v.slug FROM package_version v JOIN package p ON p.slug = v.slug WHERE p.slug_folded = @folded AND v.version = @Version AND v.digest = @Digest",
            new { folded = SearchWords.Fold(one.Slug), one.Version, one.Digest }),
        cancellationToken);
}
