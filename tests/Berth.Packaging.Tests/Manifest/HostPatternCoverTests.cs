using Berth.Packaging.Manifest;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Packaging.Tests.Manifest;

/// <summary>What an update may add without being asked about: nothing.</summary>
public sealed class HostPatternCoverTests
{
    private static readonly Gen<string> Host = Gen.Elements("*", "*.example.com", "*.a.example.com", "a.example.com", "b.a.example.com", "example.com", "10.0.0.1", "other.example");
    private static readonly Gen<string> Port = Gen.Elements("", ":80", ":443", ":8443", ":*");
    private static readonly Gen<HostPattern> Pattern = from host in Host from port in Port select Of(host + port);

    [Theory]
    [InlineData("*", "a.example.com", true)]
    [InlineData("*", "a.example.com:443", true)]
    [InlineData("*", "a.example.com:8443", false)]
    [InlineData("a.example.com", "*", false)]
    [InlineData("*.example.com", "a.example.com", true)]
    [InlineData("*.example.com", "*.a.example.com", true)]
    [InlineData("*.a.example.com", "*.example.com", false)]
    [InlineData("a.example.com", "a.example.com:*", false)]
    [InlineData("a.example.com:443", "a.example.com", false)]
    public void What_covers_what(string one, string other, bool covers) => Of(one).Covers(Of(other)).ShouldBe(covers);

    [Fact]
    public void What_a_covered_pattern_means_the_covering_one_means_too() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(
            (from one in Pattern
             from other in Pattern
             from host in Gen.Elements("a.example.com", "x.a.example.com", "example.com", "other.example", "10.0.0.1")
             from port in Gen.Elements(80, 443, 8443, 22)
             select (one, other, host, port)).ToArbitrary(),
            it => !it.one.Covers(it.other) || !it.other.Matches(it.host, it.port, 80, 443) || it.one.Matches(it.host, it.port, 80, 443)));

    private static HostPattern Of(string text) => HostPattern.TryParse(text, out var pattern) ? pattern! : throw new FormatException(text);
}
