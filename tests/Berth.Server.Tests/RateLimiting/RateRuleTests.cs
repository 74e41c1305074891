using Berth.Server.Configuration;
using Berth.Server.RateLimiting;
using Microsoft.Extensions.Configuration;

namespace Berth.Server.Tests.RateLimiting;

public sealed class RateRuleTests
{
    [Theory]
    [InlineData("100/60", 100, 60, null)]
    [InlineData("10/300", 10, 300, null)]
    [InlineData("100/60/20", 100, 60, 20)]
    [InlineData("unlimited", 0, 0, null)]
    public void A_rule_is_read_and_written_alike(string text, int permits, int seconds, int? burst)
    {
        var rule = RateRule.TryParse(text).ShouldNotBeNull();
        (rule.Permits, rule.WindowSeconds, rule.Burst).ShouldBe((permits, seconds, burst));
        rule.ToString().ShouldBe(text);
        rule.IsUnlimited.ShouldBe(text == "unlimited");
    }

    [Theory]
    [InlineData("")]
    [InlineData("100")]
    [InlineData("0/60")]
    [InlineData("100/0")]
    [InlineData("-1/60")]
    [InlineData("100/60/101")]
    [InlineData("100/60/0")]
    [InlineData("100/60/5/5")]
    [InlineData("100 / 60")]
    [InlineData("1e3/60")]
    [InlineData("99999999999/60")]
    [InlineData("100/86401")]
    [InlineData("off")]
    [InlineData("none")]
    public void R61_What_is_no_rule_is_never_no_limit(string text)
    {
        RateRule.TryParse(text).ShouldBeNull();
        if (text.Length > 0)
            Should.Throw<BerthSettingsException>(() => Read(("BERTH_RATE_LIMIT_API", text))).Message.ShouldStartWith($"BERTH_RATE_LIMIT_API: '{text}' is no rule.");
    }

    [Fact]
    public void R61_An_unknown_category_stops_the_start() =>
        Should.Throw<BerthSettingsException>(() => Read(("BERTH_RATE_LIMIT_UPLAODS", "5/60"))).Message.ShouldStartWith("BERTH_RATE_LIMIT_UPLAODS is not a setting of Berth.");

    [Fact]
    public void The_defaults_are_those_of_the_documentation()
    {
        var rules = Read().RateLimitRules;
        RateLimitSettings.Categories.Select(category => $"{RateLimitSettings.NameOf(category)} {rules.Of(category)}")
            .ShouldBe(["upload 5/60", "download 50/60", "api 100/60", "search 30/60", "admin 10/300"]);
        Read(("BERTH_RATE_LIMIT_SEARCH", "60/60/10")).RateLimitRules.Search.ShouldBe(new RateRule(60, 60, 10));
    }

    [Theory]
    [InlineData("BERTH_TRUSTED_PROXIES", "proxy.example")]
    [InlineData("BERTH_TRUSTED_PROXIES", "10.0.0.0/33")]
    [InlineData("BERTH_QUOTA_BYTES", "10GB")]
    [InlineData("BERTH_QUOTA_VERSIONS", "-1")]
    [InlineData("BERTH_RECENT_SIGN_IN_MINUTES", "soon")]
    [InlineData("BERTH_MAX_CONNECTIONS", "0")]
    [InlineData("BERTH_HEADER_TIMEOUT_SECONDS", "0")]
    [InlineData("BERTH_KEEP_ALIVE_SECONDS", "never")]
    [InlineData("BERTH_MIN_DATA_RATE", "1.5")]
    public void A_bad_value_stops_the_start(string name, string value) =>
        Should.Throw<BerthSettingsException>(() => Read((name, value))).Message.ShouldStartWith($"{name}: '{value}'");

    [Fact]
    public void Every_setting_is_shown_as_it_is_in_force()
    {
        (string Name, string Value)[] written =
        [
            ("BERTH_RATE_LIMIT_UPLOAD", "7/60"), ("BERTH_RATE_LIMIT_DOWNLOAD", "unlimited"), ("BERTH_RATE_LIMIT_API", "9/60/3"), ("BERTH_RATE_LIMIT_SEARCH", "8/30"), ("BERTH_RATE_LIMIT_ADMIN", "2/5"),
            ("BERTH_TRUSTED_PROXIES", "10.0.0.7/32,fd00::/8"), ("BERTH_QUOTA_BYTES", "1000"), ("BERTH_QUOTA_VERSIONS", "5"), ("BERTH_RECENT_SIGN_IN_MINUTES", "7"), ("BERTH_MAX_CONNECTIONS", "50"),
            ("BERTH_HEADER_TIMEOUT_SECONDS", "3"), ("BERTH_KEEP_ALIVE_SECONDS", "4"), ("BERTH_MIN_DATA_RATE", "0"),
        ];
        var report = SettingsReport.Of(Read(written)).ToDictionary(setting => setting.Name, setting => setting.Value);
        foreach (var (name, value) in written)
            report[name].ShouldBe(value, name);
        SettingsReport.Of(Read()).Single(setting => setting.Name == "BERTH_RATE_LIMIT_ADMIN").Value.ShouldBe("10/300", "the default is shown, too");
    }

    private static BerthSettings Read(params (string Name, string Value)[] values) => BerthSettingsReader.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => new KeyValuePair<string, string?>(value.Name, value.Value))).Build());
}
