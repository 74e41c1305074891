using Berth.Packaging.Versioning;

namespace Berth.Packaging.Tests.Versioning;

public sealed class SemanticVersionTests
{
    [Theory]
    [InlineData("0.0.0")]
    [InlineData("1.2.3")]
    [InlineData("10.20.30")]
    [InlineData("1.1.2-prerelease+meta")]
    [InlineData("1.1.2+meta-valid")]
    [InlineData("1.0.0-alpha.0valid")]
    [InlineData("1.0.0-0A.is.legal")]
    [InlineData("1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay")]
    [InlineData("2.0.0+build.1848")]
    [InlineData("1.2.3----RC-SNAPSHOT.12.9.1--.12+788")]
    [InlineData("1.0.0+0.build.1-rc.10000aaa-kk-0.1")]
    [InlineData("99999999999999999999999.999999999999999999.99999999999999999")]
    [InlineData("1.0.0--")]
    public void The_full_grammar_is_read_and_written_back(string text) => SemanticVersion.Parse(text).ToString().ShouldBe(text);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("1.2.x")]
    [InlineData("*")]
    [InlineData("01.1.1")]
    [InlineData("1.01.1")]
    [InlineData("1.1.01")]
    [InlineData("1.2.3-0123")]
    [InlineData("1.2.3-0123.0123")]
    [InlineData("1.2.3-")]
    [InlineData("1.2.3+")]
    [InlineData("1.2.3-a..b")]
    [InlineData("1.2.3+a..b")]
    [InlineData("1.2.3+a+b")]
    [InlineData("1.2.3-a_b")]
    [InlineData("1.2.3-é")]
    [InlineData("1.2.٣")]
    [InlineData(" 1.2.3")]
    [InlineData("1.2.3 ")]
    [InlineData("1.2.3\n")]
    [InlineData("+1.2.3")]
    [InlineData("-1.2.3")]
    [InlineData("1.-2.3")]
    [InlineData("1..3")]
    [InlineData("=1.2.3")]
    [InlineData("1.2.3/../4")]
    public void Everything_else_is_refused(string? text)
    {
        SemanticVersion.TryParse(text, out var version).ShouldBeFalse();
        version.ShouldBeNull();
        Should.Throw<FormatException>(() => SemanticVersion.Parse(text!));
    }

    [Theory]
    [InlineData("v1.0.1")]
    [InlineData("V1.0.1")]
    [InlineData("vv1.0.1")]
    public void R22_A_prefix_is_no_part_of_a_version(string text) => SemanticVersion.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_version_of_more_than_256_characters_is_refused()
    {
        SemanticVersion.TryParse("1.0.0-" + new string('a', 250), out _).ShouldBeTrue();
        SemanticVersion.TryParse("1.0.0-" + new string('a', 251), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("1.0.0-alpha", "1.0.0")]
    [InlineData("1.0.9", "1.0.28")]
    [InlineData("1.9.0", "1.10.0")]
    [InlineData("1.0.0-alpha", "1.0.0-alpha.1")]
    [InlineData("1.0.0-alpha.1", "1.0.0-alpha.beta")]
    [InlineData("1.0.0-alpha.beta", "1.0.0-beta")]
    [InlineData("1.0.0-beta.2", "1.0.0-beta.11")]
    [InlineData("1.0.0-beta.11", "1.0.0-rc.1")]
    [InlineData("1.0.0-rc.1", "1.0.0")]
    [InlineData("1.0.0-Beta", "1.0.0-alpha")]
    [InlineData("1.0.0-99999999999999999999", "1.0.0-100000000000000000000")]
    [InlineData("1.0.0-99999999999999999999", "1.0.0-a")]
    [InlineData("99999999999999999999.0.0", "100000000000000000000.0.0")]
    public void R23_Versions_are_ordered_as_SemVer_says(string lower, string higher)
    {
        var low = SemanticVersion.Parse(lower);
        var high = SemanticVersion.Parse(higher);

        low.CompareTo(high).ShouldBeLessThan(0);
        high.CompareTo(low).ShouldBeGreaterThan(0);
        low.Equals(high).ShouldBeFalse();
    }

    [Fact]
    public void Build_metadata_counts_for_equality_and_not_for_order()
    {
        var one = SemanticVersion.Parse("1.0.0+one");
        var two = SemanticVersion.Parse("1.0.0+two");

        one.CompareTo(two).ShouldBe(0);
        one.Equals(two).ShouldBeFalse();
        one.Equals(SemanticVersion.Parse("1.0.0+one")).ShouldBeTrue();
        one.GetHashCode().ShouldBe(SemanticVersion.Parse("1.0.0+one").GetHashCode());
    }

    [Fact]
    public void The_parts_can_be_read()
    {
        var version = SemanticVersion.Parse("1.2.3-beta.4+b5");

        (version.Major, version.Minor, version.Patch).ShouldBe((1, 2, 3));
        (version.Prerelease, version.BuildMetadata, version.IsPrerelease).ShouldBe(("beta.4", "b5", true));
    }
}
