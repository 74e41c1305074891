using System.Net;
using Berth.Host.Isolation.Network;

namespace Berth.Host.Tests.Isolation.Network;

public sealed class NetworkRuleTests
{
    [Fact]
    public void Rules_are_read_as_they_are_written()
    {
        var rules = NetworkRule.Parse("Notes allow api.example.com, *.example.org:8443; * deny 198.51.100.0/24,2001:db8::/32 ;Feeds private 10.0.0.7:8080,[fd00::/8]:*,intranet.corp:*;");
        rules.Select(rule => rule.ToString()).ShouldBe(
            ["Notes allow api.example.com,*.example.org:8443", "* deny 198.51.100.0/24,2001:db8::/32", "Feeds private 10.0.0.7:8080,[fd00::/8]:*,intranet.corp:*"]);
        rules[1].IsFor("Anything").ShouldBeTrue();
        rules[2].IsFor("Notes").ShouldBeFalse();
    }

    [Theory]
    [InlineData("Notes")]
    [InlineData("Notes allow")]
    [InlineData("Notes permit a.example")]
    [InlineData("Notes 0 a.example")]
    [InlineData("Notes allow ,")]
    [InlineData("Notes allow https://a.example")]
    [InlineData("Notes allow 10.0.0.0/33")]
    [InlineData("Notes allow 10.0.0.0/8:0")]
    [InlineData("Notes allow [fd00::/8")]
    [InlineData("Notes allow 2130706433")]
    [InlineData("* private *")]
    [InlineData("* private *:*")]
    public void What_is_no_rule_is_refused_with_a_sentence(string text) => Should.Throw<FormatException>(() => NetworkRule.Parse(text)).Message.ShouldContain("'");

    [Fact]
    public void A_target_that_is_an_address_is_about_whatever_name_leads_to_it()
    {
        var target = NetworkTarget.Parse("10.0.0.7:8080");
        target.MatchesAddress(IPAddress.Parse("::ffff:10.0.0.7"), 8080).ShouldBeTrue();
        target.MatchesAddress(IPAddress.Parse("10.0.0.7"), 80).ShouldBeFalse();
        target.MatchesAddress(IPAddress.Parse("10.0.0.8"), 8080).ShouldBeFalse();
    }
}
