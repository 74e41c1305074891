using Berth.Server.RateLimiting;

namespace Berth.Server.Tests.RateLimiting;

/// <summary>Which override a request finds.</summary>
public sealed class LimitOverrideSnapshotTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7/32")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8::/48", "2001:db8::/48")]
    [InlineData("2001:db8:1:2::/64", "2001:db8:1:2::/64")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7/32")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    public void A_network_is_written_as_requests_are_counted(string text, string network) => LimitSubject.NetworkOf(text).ToString().ShouldBe(network);

    [Theory]
    [InlineData("2001:db8:1:2:aaaa::9", "48")]
    [InlineData("2001:db8:9:9::1", "48")]
    [InlineData("2001:db8:1:3::1", "64")]
    [InlineData("2001:db9::1", null)]
    [InlineData("203.0.113.7", "24")]
    [InlineData("::ffff:203.0.113.7", "24")]
    [InlineData("203.0.114.7", null)]
    public void The_smallest_network_that_an_address_is_in_counts(string address, string? rule)
    {
        var snapshot = Snapshot(("address:2001:db8::/32", "48/60"), ("address:2001:db8:1:3::/64", "64/60"), ("address:203.0.113.0/24", "24/60"));
        snapshot.Find(IPAddress.Parse(address), RateCategory.Api, Noon)?.Rule.ToString().ShouldBe(rule is null ? null : $"{rule}/60");
        snapshot.Find(IPAddress.Parse(address), RateCategory.Search, Noon).ShouldBeNull();
    }

    [Fact]
    public void What_has_run_out_gives_way_to_what_stands()
    {
        var snapshot = new LimitOverrideSnapshot(Noon, [One("address:10.0.0.0/8", "8/60", null), One("address:10.1.0.0/16", "16/60", Noon.AddHours(1))], new Dictionary<string, string>());
        snapshot.Find(IPAddress.Parse("10.1.2.3"), RateCategory.Api, Noon)!.Rule.Permits.ShouldBe(16);
        snapshot.Find(IPAddress.Parse("10.1.2.3"), RateCategory.Api, Noon.AddHours(1))!.Rule.Permits.ShouldBe(8);
    }

    [Fact]
    public void Without_an_address_or_with_a_rule_that_nobody_can_read_there_is_none()
    {
        var snapshot = Snapshot(("address:0.0.0.0/0", "soon"), ("address:nowhere", "5/60"), ("address:::/0", "6/60"));
        snapshot.Find(null, RateCategory.Api, Noon).ShouldBeNull();
        snapshot.Find(IPAddress.Loopback, RateCategory.Api, Noon).ShouldBeNull();
        snapshot.Find(IPAddress.IPv6Loopback, RateCategory.Api, Noon)!.Rule.Permits.ShouldBe(6);
    }

    private static LimitOverrideSnapshot Snapshot(params (string Subject, string Rule)[] overrides) =>
        new(Noon, [.. overrides.Select(one => One(one.Subject, one.Rule, null))], new Dictionary<string, string>());

    private static LimitOverride One(string subject, string rule, DateTimeOffset? until) => new(subject, "api", rule, "why", "x", Noon, until);
}
