namespace Berth.Packaging.Scanning.Dependencies;

/// <summary>What is known against the things that a package brings along.</summary>
public static class DependencyJudgement
{
    /// <summary>Version of the rules.</summary>
    internal const int RuleSet = 1;

    /// <summary>The codes of its findings.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. DependencyCodes.All.Select(code => code.Code)];

    /// <summary>The findings on dependencies, from advisories about them; also for what was published before the advisories came.</summary>
    public static IReadOnlyList<Finding> Judge(IReadOnlyList<PackageDependency> dependencies, Advisories advisories)
    {
        ArgumentNullException.ThrowIfNull(dependencies);
        ArgumentNullException.ThrowIfNull(advisories);
        return [.. dependencies.SelectMany(dependency => advisories.Against(dependency).Select(advisory => Finding(dependency, advisory)))];
    }

    /// <summary>
    /// The verdict on a package that was looked at before, from what it brings along and what is known now. What the look found in its
    /// files stays. A look that did not come to its end is not mended by this: its verdict stays what it was.
    /// </summary>
    public static ScannerVerdict Again(ScannerVerdict before, IReadOnlyList<PackageDependency> dependencies, Advisories advisories)
    {
        ArgumentNullException.ThrowIfNull(before);
        if (before.Outcome is ScanOutcome.Error or ScanOutcome.Timeout)
            return before;
        var findings = new FindingList(ScanLimits.Default.MaxFindingsPerCode);
        if (before.Outcome is ScanOutcome.Findings found)
            findings.AddRange(found.Items.Where(finding => finding.Code == DependencyCodes.Unreadable.Code));
        findings.AddRange(Judge(dependencies, advisories));
        return new ScannerVerdict(Scanners.Dependencies, RuleSet, findings.IsEmpty ? new ScanOutcome.Clean() : new ScanOutcome.Findings(findings.ToList()));
    }

    internal static async Task<ScannerVerdict> RunAsync(DependencyCollector collector, ScanRules rules, CancellationToken time, CancellationToken cancellationToken)
    {
        if (collector.Outcome is { } ended)
            return new ScannerVerdict(Scanners.Dependencies, RuleSet, ended);
        var dependencies = collector.Found;
        var findings = new FindingList(rules.Limits.MaxFindingsPerCode);
        findings.AddRange(collector.Findings.ToList());
        if (dependencies.Count > 0)
        {
            try
            {
                if (rules.FindAdvisories is null || await rules.FindAdvisories(dependencies, time) is not { } advisories)
                    return new ScannerVerdict(Scanners.Dependencies, RuleSet, new ScanOutcome.NotConfigured());
                findings.AddRange(Judge(dependencies, advisories));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new ScannerVerdict(Scanners.Dependencies, RuleSet, new ScanOutcome.Timeout(rules.Limits.MaxTime));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                return new ScannerVerdict(Scanners.Dependencies, RuleSet, new ScanOutcome.Error($"The advisories could not be asked: {exception.GetType().Name}."));
            }
        }

        return new ScannerVerdict(Scanners.Dependencies, RuleSet, findings.IsEmpty ? new ScanOutcome.Clean() : new ScanOutcome.Findings(findings.ToList()));
    }

    private static Finding Finding(PackageDependency dependency, OsvAdvisory advisory)
    {
        var isMalicious = advisory.IsMalicious;
        var severity = dependency.IsDevelopment ? Severity.Low : isMalicious ? Severity.Critical : advisory.Severity;
        return (isMalicious ? DependencyCodes.Malicious : DependencyCodes.Vulnerable).At(
            new(dependency.File),
            $"{dependency.Ecosystem} {dependency.Name} {dependency.Version} is named by {advisory.Id}{(advisory.Summary is { Length: > 0 } summary ? $": {(summary.Length > 200 ? summary[..200] + "…" : summary)}" : "")}{(dependency.IsDevelopment ? " Only the build used it." : "")}",
            severity);
    }
}
