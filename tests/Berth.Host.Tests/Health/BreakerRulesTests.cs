using Berth.Host.Health;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Health;

public sealed class BreakerRulesTests
{
    private static readonly BreakerOptions Options = new();

    [Theory]
    [InlineData("internal", 5, 60, 3)]
    [InlineData("verified", 5, 60, 3)]
    [InlineData("community", 5, 60, 3)]
    [InlineData("untrusted", 3, 120, 1)]
    [InlineData("unheard of", 3, 120, 1)]
    public void Without_a_wish_the_trust_levels_limits_hold(string trust, int threshold, int seconds, int halfOpen)
    {
        var rules = BreakerRules.Of(Options, trust, null);
        (rules.IsOn, rules.FailureThreshold, rules.RecoveryTimeout.TotalSeconds, rules.HalfOpenMaxCalls).ShouldBe((true, threshold, seconds, halfOpen));
    }

    [Fact]
    public void A_manifest_may_be_stricter()
    {
        var rules = BreakerRules.Of(Options, "community", new CircuitBreakerManifest(true, 2, 90_000, 1));
        (rules.FailureThreshold, rules.RecoveryTimeout.TotalSeconds, rules.HalfOpenMaxCalls).ShouldBe((2, 90, 1));
    }

    [Fact]
    public void A_manifest_is_never_laxer()
    {
        var rules = BreakerRules.Of(Options, "community", new CircuitBreakerManifest(false, 1000, 1, 1000));
        (rules.IsOn, rules.FailureThreshold, rules.RecoveryTimeout.TotalSeconds, rules.HalfOpenMaxCalls).ShouldBe((true, 5, 60, 3));
    }

    [Theory]
    [InlineData("internal", 5_000, 5)]
    [InlineData("verified", 5_000, 5)]
    [InlineData("verified", 1, 1)]
    [InlineData("community", 5_000, 60)]
    [InlineData("untrusted", 90_000, 120)]
    public void Only_the_trusted_may_be_tried_again_sooner(string trust, int wished, int seconds) =>
        BreakerRules.Of(Options, trust, new CircuitBreakerManifest(true, 5, wished, 3)).RecoveryTimeout.TotalSeconds.ShouldBe(seconds);

    [Theory]
    [InlineData("internal", false)]
    [InlineData("verified", true)]
    [InlineData("community", true)]
    [InlineData("untrusted", true)]
    public void Only_an_internal_plugin_goes_without_one(string trust, bool isOn) =>
        BreakerRules.Of(Options, trust, new CircuitBreakerManifest(false, 5, 60_000, 3)).IsOn.ShouldBe(isOn);
}
