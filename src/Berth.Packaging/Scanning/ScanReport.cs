using Berth.Packaging.Scanning.Dependencies;

namespace Berth.Packaging.Scanning;

/// <summary>What a scan of a package came to.</summary>
/// <param name="Verdicts">One a scanner, in the order of <see cref="Scanners.All"/>; <c>indicators</c> last, when there are some to look for.</param>
/// <param name="Dependencies">What the package brings along from elsewhere, for a look at advisories that come later.</param>
public sealed record ScanReport(IReadOnlyList<ScannerVerdict> Verdicts, IReadOnlyList<PackageDependency> Dependencies)
{
    /// <summary>All findings, worst first.</summary>
    public IEnumerable<Finding> Findings => Verdicts
        .SelectMany(verdict => verdict.Outcome is ScanOutcome.Findings findings ? findings.Items : [])
        .OrderByDescending(finding => finding.Severity);

    /// <summary>The verdict of one scanner.</summary>
    public ScannerVerdict? Of(string scanner) => Verdicts.FirstOrDefault(verdict => verdict.Scanner == scanner);
}
