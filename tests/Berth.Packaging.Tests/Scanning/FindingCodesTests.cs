using Berth.Packaging.Scanning;

namespace Berth.Packaging.Tests.Scanning;

public sealed class FindingCodesTests
{
    public static TheoryData<string> Catalogue => [.. FindingCodes.All.Select(code => code.Code)];

    [Theory]
    [MemberData(nameof(Catalogue))]
    public async Task Every_code_of_the_catalogue_is_found_in_a_package_that_has_what_it_is_about(string code)
    {
        FindingSamples.Codes.ShouldContain(code, "a code needs a sample that it is found in");

        var finding = (await FindingSamples.FindingsOfAsync(code)).Where(finding => finding.Code == code).ShouldHaveSingleItemOrMore();

        finding.Remedy.ShouldBe(FindingCodes.All.Single(known => known.Code == code).Remedy);
        finding.Explanation.ShouldNotBeEmpty();
        (finding.File is null).ShouldBe(code.StartsWith("scan.names.", StringComparison.Ordinal), "names are the package's own, all else is in a file");
    }

    [Fact]
    public void No_sample_is_left_of_a_code_that_is_gone() => FindingSamples.Codes.Except(FindingCodes.All.Select(code => code.Code)).ShouldBeEmpty();

    [Fact]
    public void No_code_stands_for_two_things() => FindingCodes.All.Select(code => code.Code).ShouldBeUnique();
}
