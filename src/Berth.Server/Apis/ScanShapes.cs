using Berth.Packaging.Scanning;
using Berth.Registry.Advisories;
using Berth.Registry.Scanning;

namespace Berth.Server.Apis;

/// <summary>What scanners said, as the registry's answers show it.</summary>
internal static class ScanShapes
{
    /// <summary>For the page of a version: each scanner's latest outcome, and how many findings of which severity.</summary>
    public static object? Summary(IReadOnlyList<VerdictRecord> verdicts) => verdicts.Count == 0 ? null : new
    {
        scanners = verdicts.Select(verdict => new { verdict.Scanner, verdict.Outcome, verdict.RuleSet, verdict.At, findings = verdict.Findings.Count }),
        findings = Counts(verdicts),
        scanned_at = verdicts.Max(verdict => verdict.At),
    };

    /// <summary>With all findings, worst first.</summary>
    public static object Whole(string slug, string version, IReadOnlyList<VerdictRecord> verdicts) => new
    {
        slug,
        version,
        scanners = verdicts.Select(verdict => new
        {
            verdict.Scanner,
            verdict.Outcome,
            verdict.RuleSet,
            verdict.Reason,
            verdict.At,
            findings = verdict.Findings.OrderByDescending(finding => finding.Severity).Select(Finding),
        }),
        findings = Counts(verdicts),
    };

    /// <summary>A run.</summary>
    public static object Run(ScanRun run) => new
    {
        run.Id,
        run.Kind,
        run.State,
        run.Reason,
        run.StartedBy,
        run.StartedAt,
        run.EndedAt,
        run.Total,
        run.Done,
        run.Failed,
        run.Worse,
        run.Held,
        run.Lifted,
    };

    /// <summary>An affected version.</summary>
    public static object Affected(AffectedVersion affected) => new
    {
        affected.Slug,
        affected.Version,
        advisory = affected.AdvisoryId,
        affected.Ecosystem,
        affected.Name,
        affected.UsedVersion,
        affected.Severity,
        affected.FoundAt,
    };

    private static object Finding(Finding finding) => new
    {
        finding.Code,
        severity = Word(finding.Severity),
        finding.File,
        finding.Line,
        finding.Column,
        finding.Explanation,
        finding.Remedy,
        finding.Capability,
    };

    private static Dictionary<string, int> Counts(IReadOnlyList<VerdictRecord> verdicts) =>
        Enum.GetValues<Severity>().Reverse().ToDictionary(Word, severity => verdicts.Sum(verdict => verdict.Findings.Count(finding => finding.Severity == severity)));

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();
}
