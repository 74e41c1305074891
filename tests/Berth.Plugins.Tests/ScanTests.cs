using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;

namespace Berth.Plugins.Tests;

public sealed class ScanTests
{
    [Theory]
    [InlineData("Notes", "1.0.0")]
    [InlineData("Notes", "1.1.0")]
    [InlineData("CsvCharts", "1.0.0")]
    [InlineData("FeedReader", "1.0.0")]
    [InlineData("Snippets", "1.0.0")]
    [InlineData("Sparkline", "1.0.0")]
    public async Task The_scan_finds_nothing_in_it_but_notes(string slug, string version)
    {
        await using var bytes = File.OpenRead(Repository.Package(slug, version));
        var package = (await PackageReader.ReadAsync(bytes, PackageLimits.Default)).Package.ShouldNotBeNull();

        var report = await PackageScan.RunAsync(bytes, package, ScanRules.BuiltIn);

        report.Verdicts.Where(verdict => verdict.Outcome is not (ScanOutcome.Clean or ScanOutcome.Findings)).ShouldBeEmpty();
        report.Findings.Where(finding => finding.Severity > Severity.Info).ShouldBeEmpty();
    }
}
