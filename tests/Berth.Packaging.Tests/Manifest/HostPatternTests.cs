using Berth.Packaging.Manifest;

namespace Berth.Packaging.Tests.Manifest;

public sealed class HostPatternTests
{
    [Theory]
    [InlineData("api.example.com", "api.example.com", 443, true)]
    [InlineData("api.example.com", "api.example.com", 80, true)]
    [InlineData("api.example.com", "api.example.com", 8443, false)]
    [InlineData("api.example.com", "api.example.com.evil.example", 443, false)]
    [InlineData("api.example.com", "example.com", 443, false)]
    [InlineData("api.example.com:8443", "api.example.com", 8443, true)]
    [InlineData("api.example.com:8443", "api.example.com", 443, false)]
    [InlineData("api.example.com:*", "api.example.com", 1, true)]
    [InlineData("*.example.com", "a.example.com", 443, true)]
    [InlineData("*.example.com", "a.b.example.com", 443, true)]
    [InlineData("*.example.com", "example.com", 443, false)]
    [InlineData("*.example.com", "evilexample.com", 443, false)]
    [InlineData("*.example.com", ".example.com", 443, false)]
    [InlineData("*", "anything.example", 443, true)]
    [InlineData("*", "anything.example", 25, false)]
    [InlineData("*:25", "anything.example", 25, true)]
    [InlineData("203.0.113.7", "203.0.113.7", 443, true)]
    [InlineData("[2001:db8::1]:8080", "2001:db8:0:0::1", 8080, true)]
    [InlineData("localhost", "localhost", 80, true)]
    public void What_a_pattern_means(string text, string host, int port, bool matches)
    {
        HostPattern.TryParse(text, out var pattern).ShouldBeTrue();
        pattern!.Matches(host, port, 80, 443).ShouldBe(matches);
        pattern.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("example.com.")]
    [InlineData(".example.com")]
    [InlineData("a..b")]
    [InlineData("*.")]
    [InlineData("*.com")]
    [InlineData("**.example.com")]
    [InlineData("a.*.example.com")]
    [InlineData("*.10.0.0.1")]
    [InlineData("-a.example")]
    [InlineData("a-.example")]
    [InlineData("a b.example")]
    [InlineData("bücher.example")]
    [InlineData("user@example.com")]
    [InlineData("example.com/path")]
    [InlineData("https://example.com")]
    [InlineData("example.com:")]
    [InlineData("example.com:0")]
    [InlineData("example.com:080")]
    [InlineData("example.com:+80")]
    [InlineData("example.com:65536")]
    [InlineData("example.com:80:80")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.1")]
    [InlineData("127.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.0.0.1.")]
    [InlineData("1.2.3.4.5")]
    [InlineData("a.0x")]
    [InlineData("2001:db8::1")]
    [InlineData("[2001:db8::1")]
    [InlineData("[2001:db8::1]x")]
    [InlineData("[fe80::1%eth0]")]
    [InlineData("[example.com]")]
    [InlineData("a.example\r\nX: y")]
    public void What_is_none(string text) => HostPattern.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_manifest_names_the_hosts_it_connects_to()
    {
        var security = Manifests.Read(Manifests.With("""{"security":{"capabilities":["network:http-client"],"network":{"hosts":["api.example.com","*.example.org:8443"]}}}""")).Manifest!.Security;
        security.NetworkHosts.Select(host => host.ToString()).ShouldBe(["api.example.com", "*.example.org:8443"]);
    }
}
