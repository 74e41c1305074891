using System.Text.Json;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Names;

namespace Berth.Packaging.Tests.Scanning.Names;

public sealed class NameScannerTests
{
    private static readonly ScanRules Rules = ScanRules.BuiltIn with { Popular = [new("CsvCharts", "CSV Charts"), new("Notes", "Notes")], ReservedNames = ["system"] };

    [Theory]
    [InlineData("CsvChart", null, "scan.names.similar")]
    [InlineData("CvsCharts", null, "scan.names.similar")]
    [InlineData("Csv-Charts", null, "scan.names.confusable")]
    [InlineData("N0tes", null, "scan.names.confusable")]
    [InlineData("Other", "N\u043Etes", "scan.names.imitates")]
    [InlineData("Other", "N\u043Etes", "scan.names.mixed_scripts")]
    [InlineData("Other", "Csv Charts", "scan.names.imitates")]
    [InlineData("Other", "A\u200Bname", "scan.names.invisible")]
    [InlineData("System", null, "scan.names.reserved")]
    public async Task Names_that_deceive_are_found(string slug, string? displayName, string code) =>
        (await JudgeAsync(slug, displayName)).ShouldContain(finding => finding.Code == code);

    [Theory]
    [InlineData("Notes", "Notes")]
    [InlineData("Weather", "Wetter in Köln")]
    [InlineData("Vote", "Выборы 2026")]
    [InlineData("Codes", "日本 QR")]
    public async Task Names_of_their_own_are_clean(string slug, string displayName) => (await JudgeAsync(slug, displayName)).ShouldBeEmpty();

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("abcd", "acbd", 1)]
    [InlineData("same", "same", 0)]
    [InlineData("", "abc", 3)]
    public void Distances_count_single_changes(string left, string right, int distance)
    {
        EditDistance.Of(left, right, 5).ShouldBe(distance);
        EditDistance.Of(right, left, 5).ShouldBe(distance);
    }

    private static async Task<IReadOnlyList<Finding>> JudgeAsync(string slug, string? displayName)
    {
        var bytes = Packages.Pack(Packages.Manifest(JsonSerializer.Serialize(new { name = slug, version = "1.0.0", displayName = displayName ?? slug })));
        return [.. (await PackageScan.RunAsync(new MemoryStream(bytes), await Packages.AcceptAsync(bytes), Rules)).Findings];
    }
}
