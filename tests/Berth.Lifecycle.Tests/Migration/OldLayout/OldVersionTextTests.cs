using Berth.Lifecycle.Migration.OldLayout;

namespace Berth.Lifecycle.Tests.Migration.OldLayout;

public sealed class OldVersionTextTests
{
    [Theory]
    [InlineData("1.0.5", "1.0.5")]
    [InlineData("v1.0.1", "1.0.1")]
    [InlineData("vv1.0.1", "1.0.1")]
    [InlineData("V2", "2.0.0")]
    [InlineData("v.1.2", "1.2.0")]
    [InlineData("1.0", "1.0.0")]
    [InlineData("1", "1.0.0")]
    [InlineData(" 1.2.3\n", "1.2.3")]
    [InlineData("01.002.0003", "1.2.3")]
    [InlineData("1.2.3.4", "1.2.3+4")]
    [InlineData("1.2.3.4+build.9", "1.2.3+4.build.9")]
    [InlineData("1.0-beta.2", "1.0.0-beta.2")]
    [InlineData("1.0.0-alpha+x", "1.0.0-alpha+x")]
    public void A_version_is_read_as_SemVer_R22(string text, string version) => OldVersionText.Normalize(text).ShouldBe(version);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("latest")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.x")]
    [InlineData("1..2")]
    [InlineData("1.0.0-")]
    [InlineData("1.0.0-01")]
    [InlineData("v")]
    [InlineData("١.٢.٣")]
    [InlineData("../1.0.0")]
    public void What_names_no_version_is_none(string? text) => OldVersionText.Normalize(text).ShouldBeNull();
}
