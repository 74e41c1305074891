using Berth.Data.Sessions;
using Berth.Packaging.Scanning;
using Berth.Registry.Publishing;
using Berth.Registry.Review;
using Berth.Registry.Trust;

namespace Berth.Registry.Scanning;

/// <summary>What comes of a new verdict on a version that was published before: it goes to the reviewers when it is worse than what they knew.</summary>
internal static class ScanConsequence
{
    /// <summary>Puts the policy to a version, in the transaction that stores the verdict. What was held is told to the publisher.</summary>
    public static async Task<(bool IsWorse, bool IsHeld)> ApplyAsync(
        DbSession session, NextVersion version, IReadOnlyList<VerdictRecord> before, ScanReport report, TrustPolicy policy, long at)
    {
        var verdict = ScanJudgement.Of(report, policy);
        var isWorse = Worst(report.Findings) > Worst(before.SelectMany(record => record.Findings))
            || (verdict is StageVerdict.Held { Code: ScanJudgement.NotCleanCode } && before.All(record => record.Outcome is "clean" or "findings"));
        // What a reviewer let through stays: only what is worse than what they saw is put to them again.
        if (!isWorse || verdict is StageVerdict.Passed)
            return (isWorse, false);
        var (code, reason) = verdict switch
        {
            StageVerdict.Held held => (held.Code, held.Reason),
            StageVerdict.Refused refused => (refused.Faults[0].Code, refused.Faults[0].Message),
            _ => throw new InvalidOperationException("Unknown verdict."),
        };
        return (true, await ReviewRows.PutBackAsync(session, version.Slug, version.Version, new HoldReason("scan", code, reason), at));
    }

    private static int Worst(IEnumerable<Finding> findings) => findings.Select(finding => (int)finding.Severity).DefaultIfEmpty(-1).Max();
}
