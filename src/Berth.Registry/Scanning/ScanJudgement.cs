using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;

namespace Berth.Registry.Scanning;

/// <summary>What a policy makes of a scan. Only what every required scanner has looked at can pass.</summary>
internal static class ScanJudgement
{
    /// <summary>Code of a version whose required scanners did not all come to an end.</summary>
    public const string NotCleanCode = "scan.not_clean";

    /// <summary>Code of a version with findings that the policy holds.</summary>
    public const string FindingsCode = "scan.findings";

    /// <summary>The verdict.</summary>
    public static StageVerdict Of(ScanReport report, TrustPolicy policy)
    {
        var evidence = ScanJson.Evidence(report);
        var findings = report.Findings.ToList();
        if (policy.RefusesFrom is { } refuses && findings.Where(finding => finding.Severity >= refuses).ToList() is { Count: > 0 } refused)
            return new StageVerdict.Refused([.. refused.Select(finding => new PackageFault(finding.Code, $"{finding.Explanation} {finding.Remedy}", finding.File))]) { Evidence = evidence };
        if (Unsaid(report, policy) is { Count: > 0 } unsaid)
            return new StageVerdict.Held(NotCleanCode, $"Not every scanner that the level '{policy.Level}' requires has said what it thinks: {string.Join("; ", unsaid)}.") { Evidence = evidence };
        if (findings.Where(finding => finding.Severity >= policy.HoldsFrom).ToList() is { Count: > 0 } held)
            return new StageVerdict.Held(FindingsCode, $"{held.Count} {(held.Count == 1 ? "finding is" : "findings are")} {Word(policy.HoldsFrom)} or worse, first {held[0].Code}{(held[0].File is { } file ? $" in {file}" : "")}: {held[0].Explanation}") { Evidence = evidence };
        return new StageVerdict.Passed { Evidence = evidence };
    }

    private static List<string> Unsaid(ScanReport report, TrustPolicy policy)
    {
        var unsaid = new List<string>();
        // A scanner that is not required and broke is shown with the version; the registry's own indicators are always required.
        foreach (var scanner in policy.RequiredScanners.Append(Scanners.Indicators).Distinct())
        {
            var verdict = report.Of(scanner);
            if (verdict is null && scanner == Scanners.Indicators)
                continue;
            if (verdict?.Outcome is not (ScanOutcome.Clean or ScanOutcome.Findings))
                unsaid.Add($"{scanner} says {Said(scanner, verdict?.Outcome)}");
        }

        return unsaid;
    }

    private static string Said(string scanner, ScanOutcome? outcome) => outcome switch
    {
        ScanOutcome.NotConfigured when scanner == Scanners.Dependencies => "not_configured (the package has dependencies and the registry no advisories; `berth advisories import` brings them)",
        ScanOutcome.Error error => $"error ({error.Reason})",
        null => "nothing",
        _ => outcome.Word,
    };

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();
}
