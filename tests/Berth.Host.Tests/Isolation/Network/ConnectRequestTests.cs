using System.Text;
using Berth.Host.Isolation.Network;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Host.Tests.Isolation.Network;

public sealed class ConnectRequestTests
{
    private const string Good = "CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\nBerth-Worker: secret\r\nBerth-Call: a call\r\n\r\n";

    [Fact]
    public void A_request_is_read() => Parse(Good).ShouldBe(new ConnectRequest("api.example", 443, "secret", "a call"));

    [Theory]
    [InlineData("CONNECT [2001:db8::1]:443 HTTP/1.1\r\n\r\n", "2001:db8::1")]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nProxy-Connection: keep-alive\r\n\r\n", "a.example")]
    public void Forms_that_are_read(string text, string host) => Parse(text).ShouldNotBeNull().Host.ShouldBe(host);

    [Theory]
    [InlineData("CONNECT api.example HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT :443 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT api.example:0 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT api.example:99999 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.0\r\n\r\n")]
    [InlineData("CONNECT api.example:443  HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT  api.example:443 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\n\n\r\n\r\n")]
    [InlineData("CONNECT api.example:443\rHTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT http://api.example:443 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT 2001:db8::1:443 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\nHost: api.example:443\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nA: b\r\n folded\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nA : b\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\n: b\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nno colon\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nA: \u0001\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nA: b\nContent-Length: 5\r\n\r\n")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nBerth-Call: one\r\nberth-call: other\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("")]
    public void What_could_be_read_in_two_ways_is_refused(string text) => Parse(text).ShouldBeNull();

    [Fact]
    public void Whatever_is_changed_in_a_request_what_is_read_stands_in_it() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(
            (from at in Gen.Choose(0, Good.Length - 1) from one in Gen.Choose(0, 255) from removed in Gen.Choose(0, 3) select (at, one, removed)).ToArbitrary(),
            it =>
            {
                var bytes = Encoding.ASCII.GetBytes(Good).ToList();
                bytes.RemoveRange(it.at, Math.Min(it.removed, bytes.Count - it.at));
                bytes.Insert(it.at, (byte)it.one);
                return ConnectRequest.Parse([.. bytes], "Berth-Worker", "Berth-Call") is not { } read
                    || Encoding.Latin1.GetString([.. bytes]).StartsWith($"CONNECT {read.Host}:{read.Port} HTTP/1.1\r\n", StringComparison.Ordinal);
            }));

    private static ConnectRequest? Parse(string text) => ConnectRequest.Parse(Encoding.Latin1.GetBytes(text), "Berth-Worker", "Berth-Call");
}
