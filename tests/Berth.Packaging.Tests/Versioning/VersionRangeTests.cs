using Berth.Packaging.Versioning;

namespace Berth.Packaging.Tests.Versioning;

public sealed class VersionRangeTests
{
    [Theory]
    [InlineData("*", "0.0.0 1.2.3 99.0.0", "1.0.0-a")]
    [InlineData("", "0.0.0 1.2.3", "1.0.0-a")]
    [InlineData("x", "0.0.0 1.2.3", "")]
    [InlineData("1.2.3", "1.2.3 1.2.3+build", "1.2.4 1.2.3-a")]
    [InlineData("=1.2.3", "1.2.3", "1.2.4")]
    [InlineData("1.2.3+b", "1.2.3+b", "1.2.3 1.2.3+c")]
    [InlineData("1", "1.0.0 1.9.9", "0.9.9 2.0.0 2.0.0-a 1.1.0-a")]
    [InlineData("1.x", "1.0.0 1.9.9", "0.9.9 2.0.0")]
    [InlineData("1.X.x", "1.0.0 1.9.9", "2.0.0")]
    [InlineData("1.2", "1.2.0 1.2.9", "1.1.9 1.3.0 1.3.0-a")]
    [InlineData("1.2.*", "1.2.0 1.2.9", "1.3.0")]
    [InlineData("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 2.0.0-a 1.3.0-a 1.2.3-a")]
    [InlineData("^1.2.3-beta.2", "1.2.3-beta.2 1.2.3-beta.4 1.2.3 1.9.0", "1.2.3-beta.1 1.2.4-beta.2 2.0.0-a")]
    [InlineData("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2 1.0.0")]
    [InlineData("^0.0.3", "0.0.3", "0.0.4 0.0.2")]
    [InlineData("^0.0.0", "0.0.0", "0.0.1")]
    [InlineData("^0.0", "0.0.0 0.0.9", "0.1.0")]
    [InlineData("^0.0.x", "0.0.0 0.0.9", "0.1.0")]
    [InlineData("^0", "0.0.0 0.9.9", "1.0.0")]
    [InlineData("^0.x", "0.0.0 0.9.9", "1.0.0")]
    [InlineData("^1.x", "1.0.0 1.9.9", "2.0.0 0.9.0")]
    [InlineData("^1.2.x", "1.2.0 1.9.9", "1.1.9 2.0.0")]
    [InlineData("^*", "0.0.0 9.0.0", "")]
    [InlineData("~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2 1.3.0-a")]
    [InlineData("~1.2", "1.2.0 1.2.9", "1.3.0 1.1.9")]
    [InlineData("~1", "1.0.0 1.9.9", "2.0.0 0.9.9")]
    [InlineData("~0.2.3", "0.2.3 0.2.9", "0.3.0")]
    [InlineData("~1.2.3-beta.2", "1.2.3-beta.4 1.2.3", "1.2.4-beta.2 1.2.3-beta.1")]
    [InlineData(">1.2.3", "1.2.4 2.0.0", "1.2.3 1.2.4-a")]
    [InlineData(">1.2", "1.3.0", "1.2.9 1.2.0 1.3.0-a")]
    [InlineData(">1", "2.0.0", "1.9.9")]
    [InlineData(">=1.2", "1.2.0", "1.1.9")]
    [InlineData(">= 1.2.3", "1.2.3", "1.2.2")]
    [InlineData("<1.2.3", "1.2.2 0.0.0", "1.2.3 1.2.3-a")]
    [InlineData("<1.2.3-b", "1.2.3-a 1.2.2", "1.2.3-b 1.2.3")]
    [InlineData("<1.2", "1.1.9", "1.2.0 1.2.0-a")]
    [InlineData("<=1.2.3", "1.2.3", "1.2.4")]
    [InlineData("<=1.2", "1.2.9", "1.3.0")]
    [InlineData("<=1", "1.9.9", "2.0.0")]
    [InlineData(">=*", "0.0.0", "")]
    [InlineData("<*", "", "0.0.0 1.0.0")]
    [InlineData(">x", "", "0.0.0 1.0.0")]
    [InlineData(">=1.0.0 <2.0.0", "1.0.0 1.9.9", "2.0.0 0.9.9")]
    [InlineData(">1.0.0\t<=1.5", "1.5.9", "1.0.0 1.6.0")]
    [InlineData("1.2.3 - 2.3.4", "1.2.3 2.3.4", "1.2.2 2.3.5")]
    [InlineData("1.2 - 2.3.4", "1.2.0 2.3.4", "1.1.9 2.3.5")]
    [InlineData("1.2.3 - 2.3", "2.3.9", "2.4.0")]
    [InlineData("1.2.3 - 2", "2.9.9", "3.0.0")]
    [InlineData("1.x || 3.x", "1.0.0 3.1.0", "2.0.0 4.0.0")]
    [InlineData("^1.0.0||^3.0.0-b", "1.1.0 3.0.0-b", "1.1.0-b 2.0.0")]
    [InlineData("2.0.0-b.1 || >=2.0.0", "2.0.0-b.1 2.0.0 3.0.0", "2.0.0-b.2 3.0.0-b")]
    public void A_range_contains_what_npm_says(string range, string inside, string outside)
    {
        var parsed = VersionRange.Parse(range);

        parsed.ToString().ShouldBe(range);
        foreach (var version in Versions(inside))
        {
            parsed.Contains(version).ShouldBeTrue($"{version} in {range}");
        }

        foreach (var version in Versions(outside))
        {
            parsed.Contains(version).ShouldBeFalse($"{version} not in {range}");
        }
    }

    [Theory]
    [InlineData("*", "1.0.0-a 0.0.0-0", "")]
    [InlineData("^1.2", "1.2.0-a 1.3.0-a 1.9.0", "2.0.0-a 1.1.9")]
    [InlineData("1.2.x", "1.2.0-a 1.2.5-b", "1.3.0-a")]
    [InlineData("^1.2.3", "1.3.0-a", "1.2.3-a 2.0.0-a")]
    [InlineData(">1.2", "1.3.0-a", "1.2.9")]
    [InlineData("<1.2", "1.1.0-a", "1.2.0-a 1.2.0-0")]
    public void Prereleases_are_admitted_on_request(string range, string inside, string outside)
    {
        foreach (var version in Versions(inside))
        {
            VersionRange.Parse(range).Contains(version, includePrerelease: true).ShouldBeTrue($"{version} in {range}");
        }

        foreach (var version in Versions(outside))
        {
            VersionRange.Parse(range).Contains(version, includePrerelease: true).ShouldBeFalse($"{version} not in {range}");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("v1.2.3")]
    [InlineData("^v1.2.3")]
    [InlineData("latest")]
    [InlineData("1.2.3.4")]
    [InlineData("01.2.3")]
    [InlineData("^^1.2.3")]
    [InlineData(">=")]
    [InlineData("1.2.3 -")]
    [InlineData("- 1.2.3")]
    [InlineData("1.2.3 - 2.3.4 - 3.4.5")]
    [InlineData("1.2-beta")]
    [InlineData("1.x.x-beta")]
    [InlineData(">=1.2.3<2")]
    [InlineData("==1.2.3")]
    [InlineData("!1.2.3")]
    [InlineData("[1.0,2.0)")]
    [InlineData("1.2.3 | 2.0.0")]
    [InlineData("1.0.0, 2.0.0")]
    [InlineData("1.0.0\n2.0.0")]
    public void What_is_no_range_is_refused(string? text) => VersionRange.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_range_of_more_than_1024_characters_is_refused() =>
        VersionRange.TryParse(string.Join("||", Enumerable.Repeat("1.2.3", 200)), out _).ShouldBeFalse();

    [Fact]
    public void R23_The_newest_version_is_the_newest_and_no_prerelease_unless_asked_for()
    {
        var versions = Versions("1.0.9 1.0.28 1.1.0-alpha 0.9.0 2.0.0").ToList();

        VersionRange.Parse("^1.0.0").Newest(versions)!.ToString().ShouldBe("1.0.28");
        VersionRange.Parse("^1.0.0").Newest(versions, includePrerelease: true)!.ToString().ShouldBe("1.1.0-alpha");
        VersionRange.Any.Newest(versions)!.ToString().ShouldBe("2.0.0");
        VersionRange.Parse("^3.0.0").Newest(versions).ShouldBeNull();
    }

    [Fact]
    public void The_newest_does_not_depend_on_the_order_given()
    {
        var versions = Versions("1.0.0+a 1.0.0+c 1.0.0+b").ToList();

        VersionRange.Any.Newest(versions)!.ToString().ShouldBe("1.0.0+c");
        VersionRange.Any.Newest(Enumerable.Reverse(versions))!.ToString().ShouldBe("1.0.0+c");
    }

    private static IEnumerable<SemanticVersion> Versions(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(SemanticVersion.Parse);
}
