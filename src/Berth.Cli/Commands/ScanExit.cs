using Berth.Cli.Output;
using Berth.Packaging.Scanning;

namespace Berth.Cli.Commands;

/// <summary>How a look at a package ends: what a registry's default policy would hold for a review is refused here.</summary>
internal static class ScanExit
{
    /// <summary>The exit code of a report.</summary>
    public static ExitCode Of(ScanReport report) =>
        report.Findings.Any(finding => finding.Severity >= Severity.High) || report.Verdicts.Any(verdict => verdict.Outcome is ScanOutcome.Error or ScanOutcome.Timeout)
            ? ExitCode.Refused : ExitCode.Done;
}
