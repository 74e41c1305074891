using System.Net;
using Berth.Host.Isolation.Network;
using Berth.Packaging.Manifest;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Host.Tests.Isolation.Network;

public sealed class NetworkGrantTests
{
    private const string Public = "8.8.8.8";
    private const string Private = "10.0.0.7";

    [Theory]
    // Manifest, administrator, asked for, its address → the code; none when it may be reached.
    [InlineData("", "", "any.example:443", Public, null)]
    [InlineData("", "", "any.example:80", Public, null)]
    [InlineData("", "", "any.example:8443", Public, "network.port_not_granted")]
    [InlineData("", "", "any.example:443", Private, "network.address_not_public")]
    [InlineData("*:8443", "", "any.example:8443", Public, null)]
    [InlineData("api.example", "", "api.example:443", Public, null)]
    [InlineData("api.example", "", "api.example:443", Private, "network.address_not_public")]
    [InlineData("api.example", "", "api.example:22", Public, "network.port_not_granted")]
    [InlineData("api.example", "", "other.example:443", Public, "network.host_not_declared")]
    [InlineData("*", "* deny evil.example", "evil.example:443", Public, "network.host_denied")]
    [InlineData("*", "* deny 8.8.0.0/16", "a.example:443", Public, "network.host_denied")]
    [InlineData("*", "Other deny a.example", "a.example:443", Public, null)]
    [InlineData("*", "* allow a.example", "a.example:443", Public, null)]
    [InlineData("*", "* allow a.example", "b.example:443", Public, "network.host_denied")]
    [InlineData("*", "* allow a.example; Notes allow b.example", "b.example:443", Public, null)]
    [InlineData("*", "* allow a.example; Notes allow b.example", "a.example:443", Public, "network.host_denied")]
    [InlineData("*", "* allow 8.8.8.0/24", "b.example:443", Public, null)]
    [InlineData("*", "* allow 8.8.9.0/24", "b.example:443", Public, "network.host_denied")]
    [InlineData("a.example", "* allow b.example", "b.example:443", Public, "network.host_not_declared")]
    [InlineData("", "Notes private intranet.corp:8080", "intranet.corp:8080", Private, null)]
    [InlineData("", "Notes private intranet.corp:8080", "intranet.corp:80", Private, "network.address_not_public")]
    [InlineData("", "Notes private intranet.corp:8080", "other.corp:8080", Private, "network.port_not_granted")]
    [InlineData("", "Notes private 10.0.0.7:8080", "intranet.corp:8080", Private, null)]
    [InlineData("", "Notes private 10.0.0.7:8080", "10.0.0.7:8080", Private, null)]
    [InlineData("", "Notes private 10.0.0.7:8080", "10.0.0.8:8080", "10.0.0.8", "network.port_not_granted")]
    [InlineData("", "Notes private 10.0.0.0/8", "intranet.corp:443", Private, null)]
    [InlineData("api.example", "Notes private 10.0.0.0/8", "intranet.corp:443", Private, "network.host_not_declared")]
    [InlineData("", "Notes private 10.0.0.0/8; * deny 10.0.0.7", "intranet.corp:443", Private, "network.host_denied")]
    [InlineData("", "Other private 10.0.0.0/8", "intranet.corp:443", Private, "network.address_not_public")]
    public void What_may_be_reached(string hosts, string rules, string asked, string address, string? code)
    {
        var grant = Grant(hosts, rules);
        HostPattern.TrySplit(asked, out var host, out var port).ShouldBeTrue();
        (grant.JudgeHost(host, int.Parse(port!)) ?? grant.JudgeAddresses(host, int.Parse(port!), [IPAddress.Parse(address)]).Refusal)?.Code.ShouldBe(code);
        if (code is null)
            grant.JudgeAddresses(host, int.Parse(port!), [IPAddress.Parse(address)]).Addresses.ShouldHaveSingleItem();
        else
            (grant.JudgeHost(host, int.Parse(port!)) is not null || grant.JudgeAddresses(host, int.Parse(port!), [IPAddress.Parse(address)]).Addresses.Length == 0).ShouldBeTrue();
    }

    [Fact]
    public void Of_several_addresses_those_that_may_be_reached_are_left() =>
        Grant("", "").JudgeAddresses("mixed.example", 443, [IPAddress.Parse(Private), IPAddress.Parse(Public), IPAddress.IPv6Loopback]).Addresses.ShouldBe([IPAddress.Parse(Public)]);

    [Fact]
    public void Without_a_rule_that_opens_it_no_address_inside_is_ever_left_whatever_the_manifest_names() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(
            (from bytes in Gen.ArrayOf(Gen.Choose(0, 255), 16)
             from isFour in Gen.Elements(true, false)
             from hosts in Gen.Elements("", "*:*", "[::1]:*,127.0.0.1:*", "localhost:*")
             from rules in Gen.Elements("", "* allow 0.0.0.0/0,::/0", "* allow *", "* deny a.example")
             select (Address: new IPAddress(bytes.Take(isFour ? 4 : 16).Select(one => (byte)one).ToArray()), hosts, rules)).ToArbitrary(),
            it => Grant(it.hosts, it.rules).JudgeAddresses("any.example", 443, [it.Address]).Addresses.All(PublicAddresses.Contain)));

    private static NetworkGrant Grant(string hosts, string rules) => new(
        new PluginVersionId("Notes", "1.0.0"),
        [.. hosts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => HostPattern.TryParse(text, out var pattern) ? pattern! : throw new FormatException(text))],
        NetworkRule.Parse(rules));
}
