using Berth.Host.Isolation;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Host.Tests.Isolation;

public sealed class PlacementPolicyTests
{
    [Theory]
    [InlineData("internal")]
    [InlineData("verified")]
    public void Trusted_plugins_run_in_the_hosts_process(string level) =>
        Decide(level).ShouldBe(new PlacementOutcome.Placed("none"));

    [Theory]
    [InlineData("community")]
    [InlineData("untrusted")]
    [InlineData("")]
    [InlineData("something new")]
    public void Others_are_refused_with_what_to_do_next(string level)
    {
        var refused = Decide(level).ShouldBeOfType<PlacementOutcome.Refused>();
        refused.Code.ShouldBe("isolation.unavailable");
        refused.Reason.ShouldContain("An administrator can raise the plugin's trust");
    }

    [Fact]
    public void Quarantined_never_runs_even_when_the_options_say_so() =>
        Decide("quarantined", options: new HostOptions { InProcessTrustLevels = new HashSet<string> { "quarantined" } })
            .ShouldBeOfType<PlacementOutcome.Refused>().Code.ShouldBe("plugin.quarantined");

    [Theory]
    [InlineData("process")]
    [InlineData("sandbox")]
    [InlineData("container")]
    [InlineData("vm")]
    [InlineData(null)]
    public void A_sandbox_that_is_asked_for_is_never_downgraded(string? level) =>
        Decide("verified", new SandboxManifest(true, level, null)).ShouldBeOfType<PlacementOutcome.Refused>().Code.ShouldBe("isolation.unavailable");

    [Theory]
    [InlineData(true, "none")]
    [InlineData(false, "sandbox")]
    public void A_sandbox_that_is_not_asked_for_changes_nothing(bool enabled, string level) =>
        Decide("verified", new SandboxManifest(enabled, level, null)).ShouldBeOfType<PlacementOutcome.Placed>();

    [Fact]
    public void An_administrator_may_trust_the_community() =>
        Decide("community", options: new HostOptions { InProcessTrustLevels = new HashSet<string> { "community" } }).ShouldBeOfType<PlacementOutcome.Placed>();

    private static PlacementOutcome Decide(string level, SandboxManifest? sandbox = null, HostOptions? options = null)
    {
        var manifest = new PluginManifest
        {
            Name = "Notes",
            Version = SemanticVersion.Parse("1.2.3"),
            DisplayName = "Notes",
            Type = PluginType.Backend,
            Security = new SecurityManifest { Sandbox = sandbox },
        };
        return PlacementPolicy.Decide(manifest, level, options ?? new HostOptions());
    }
}
