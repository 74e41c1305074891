using Berth.Data.Sessions;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Dependencies;
using Berth.Registry.Publishing;
using Berth.Registry.Scanning;
using Berth.Registry.Trust;

namespace Berth.Registry.Advisories.Rechecking;

/// <summary>
/// A batch of versions: what is known now is put to what they bring along, without their bytes; the other scanners' verdicts stay.
/// Then the policy of the level decides, as after a scan.
/// </summary>
internal static class DependencyRecheck
{
    /// <summary>Judges versions again, in the caller's transaction.</summary>
    public static async Task<RecheckTally> RunAsync(DbSession session, IReadOnlyList<(string Slug, string Version)> batch, ITrustPolicies policies, long at)
    {
        var versions = new List<(NextVersion Version, IReadOnlyList<PackageDependency> Dependencies)>();
        foreach (var (slug, number) in batch)
        {
            if (await RecheckRows.FindAsync(session, slug, number) is { } version)
                versions.Add((version, await ScanRows.DependenciesAsync(session, slug, number)));
        }

        // Once for all: versions of one plugin bring much the same along.
        var known = new Packaging.Scanning.Dependencies.Advisories(await AdvisoryHits.AboutAsync(session, [.. versions.SelectMany(version => version.Dependencies).Distinct()]));
        var tally = new RecheckTally(batch.Count, 0, 0, 0, 0);
        foreach (var (version, dependencies) in versions)
        {
            var (isFailed, isWorse, isHeld, isLifted) = await JudgeAsync(session, version, dependencies, known, policies.Of(version.TrustLevel), at);
            tally = new RecheckTally(
                tally.Done, tally.Failed + (isFailed ? 1 : 0), tally.Worse + (isWorse ? 1 : 0), tally.Held + (isHeld ? 1 : 0), tally.Lifted + (isLifted ? 1 : 0));
        }

        return tally;
    }

    private static async Task<(bool IsFailed, bool IsWorse, bool IsHeld, bool IsLifted)> JudgeAsync(
        DbSession session, NextVersion version, IReadOnlyList<PackageDependency> dependencies, Packaging.Scanning.Dependencies.Advisories known, TrustPolicy policy, long at)
    {
        var before = await ScanRows.FindAsync(session, version.Slug, version.Version);
        // A scan that did not come to its end does not know all that the version brings along; only another scan mends that.
        if (before.FirstOrDefault(record => record.Scanner == Scanners.Dependencies) is not { Outcome: "clean" or "findings" or "not_configured" } old)
            return (true, false, false, false);
        var fresh = DependencyJudgement.Again(old.ToVerdict(), dependencies, known);
        await ScanRows.PutVerdictAsync(session, version.Slug, version.Version, VerdictRecord.Of(fresh), at);
        var was = Report(before, dependencies);
        var now = was with { Verdicts = [.. was.Verdicts.Select(verdict => verdict.Scanner == Scanners.Dependencies ? fresh : verdict)] };
        var (isWorse, isHeld) = await ScanConsequence.ApplyAsync(session, version, before, now, policy, at);
        // Under one and the same policy: what holds no more is what is said of dependencies, and nothing else.
        var isOver = version.State == Catalog.VersionState.Held && ScanJudgement.Of(was, policy) is not StageVerdict.Passed && ScanJudgement.Of(now, policy) is StageVerdict.Passed;
        return (false, isWorse, isHeld, isOver && await ReviewLift.RunAsync(session, version, at));
    }

    private static ScanReport Report(IReadOnlyList<VerdictRecord> records, IReadOnlyList<PackageDependency> dependencies) => new([.. records.Select(record => record.ToVerdict())], dependencies);
}
