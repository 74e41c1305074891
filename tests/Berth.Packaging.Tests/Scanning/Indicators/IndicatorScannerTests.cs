using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Indicators;
using Berth.Packaging.Tests.Scanning.Il;

namespace Berth.Packaging.Tests.Scanning.Indicators;

public sealed class IndicatorScannerTests
{
    [Theory]
    [InlineData("System.IO.File", true)]
    [InlineData("System.IO.File.ReadAllText", true)]
    [InlineData("System.IO.File.WriteAllText", false)]
    [InlineData("System.IO.Fil", false)]
    [InlineData("system.io.file", false)]
    public async Task A_member_is_found_where_an_assembly_refers_to_it_or_to_its_type(string member, bool isFound)
    {
        var assembly = new PackageInput("lib/net10.0/Some.dll", Compiled.Method("File.ReadAllText(\"x\");"));

        var found = await OfAsync(new Indicator(IndicatorKind.Member, member, "reads files", Severity.Critical), assembly);

        found.Count.ShouldBe(isFound ? 1 : 0);
        found.ShouldAllBe(finding => finding.File == "lib/net10.0/Some.dll" && finding.Severity == Severity.Critical);
    }

    [Fact]
    public async Task A_member_is_not_looked_for_in_texts() =>
        (await OfAsync(new Indicator(IndicatorKind.Member, "System.IO.File.ReadAllText", "reads files"), Packages.File("README.md", "System.IO.File.ReadAllText"))).ShouldBeEmpty();

    [Fact]
    public async Task A_member_is_looked_for_in_broken_metadata_without_an_error()
    {
        var good = Compiled.Method("File.ReadAllText(\"x\");");
        for (var seed = 0; seed < 50; seed++)
        {
            var rules = ScanRules.BuiltIn with { Indicators = [new Indicator(IndicatorKind.Member, "System.IO.File", "reads files")] };
            var report = await Scans.RunAsync(rules, [], new PackageInput("lib/net10.0/Some.dll", Compiled.Damaged(good, seed)));
            report.Of(Scanners.Indicators).ShouldNotBeNull().Outcome.Word.ShouldBeOneOf(["findings", "clean"], $"seed {seed}");
        }
    }

    private static async Task<IReadOnlyList<Finding>> OfAsync(Indicator indicator, PackageInput file) =>
        [.. (await Scans.RunAsync(ScanRules.BuiltIn with { Indicators = [indicator] }, [], file)).Findings.Where(finding => finding.Code == "scan.indicators.match")];
}
