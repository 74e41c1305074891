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
    [InlineData("community", true, "process")]
    [InlineData("untrusted", true, "sandbox")]
    [InlineData("", true, "sandbox")]
    [InlineData("something new", true, "sandbox")]
    [InlineData("community", false, "sandbox")]
    [InlineData("untrusted", false, "sandbox")]
    public void Others_run_in_a_worker_as_far_isolated_as_their_trust_and_the_hosts_rights_demand(string trust, bool hostIsRoot, string level) =>
        Decide(trust, options: new HostOptions { WorkerLevels = PlacementPolicy.WorkerLevels(hostIsRoot) }).ShouldBe(new PlacementOutcome.Placed(level));

    [Fact]
    public void The_rights_are_those_that_this_process_has() =>
        Decide("community").ShouldBe(new PlacementOutcome.Placed(Environment.IsPrivilegedProcess ? "process" : "sandbox"));

    [Fact]
    public void Quarantined_never_runs_even_when_the_options_say_so() =>
        Decide("quarantined", options: new HostOptions { InProcessTrustLevels = new HashSet<string> { "quarantined" } })
            .ShouldBeOfType<PlacementOutcome.Refused>().Code.ShouldBe("plugin.quarantined");

    [Theory]
    [InlineData("process", "process")]
    [InlineData("sandbox", "sandbox")]
    [InlineData("container", "container")]
    [InlineData("vm", "vm")]
    [InlineData(null, "sandbox")]
    public void A_sandbox_that_is_asked_for_is_never_downgraded(string? asked, string level) =>
        Decide("verified", new SandboxManifest(true, asked, null)).ShouldBe(new PlacementOutcome.Placed(level));

    [Theory]
    [InlineData("none", "sandbox")]
    [InlineData("process", "sandbox")]
    [InlineData("vm", "vm")]
    public void What_a_manifest_asks_for_makes_it_stricter_and_never_weaker(string asked, string level) =>
        Decide("untrusted", new SandboxManifest(true, asked, null)).ShouldBe(new PlacementOutcome.Placed(level));

    [Theory]
    [InlineData(true, "none")]
    [InlineData(false, "sandbox")]
    public void A_sandbox_that_is_not_asked_for_changes_nothing(bool enabled, string level) =>
        Decide("verified", new SandboxManifest(enabled, level, null)).ShouldBeOfType<PlacementOutcome.Placed>();

    [Fact]
    public void An_administrator_may_trust_the_community() =>
        Decide("community", options: new HostOptions { InProcessTrustLevels = new HashSet<string> { "community" } }).ShouldBeOfType<PlacementOutcome.Placed>();

    [Fact]
    public void Where_vm_is_the_weakest_level_NET_code_is_refused_with_what_to_do_and_other_code_runs()
    {
        var rule = new PlacementRule("vm", null, null, null);
        var manifest = new PluginManifest { Name = "Notes", Version = SemanticVersion.Parse("1.2.3"), DisplayName = "Notes", Type = PluginType.Backend, Module = new ModuleManifest { Assembly = "lib/net10.0/Notes.dll" } };
        var refused = PlacementPolicy.Decide(manifest, "internal", new HostOptions(), rule).ShouldBeOfType<PlacementOutcome.Refused>();
        refused.Code.ShouldBe("isolation.vm_only");
        refused.Reason.ShouldContain("Notes 1.2.3");
        refused.Reason.ShouldContain("berth isolation clear plugin Notes");

        PlacementPolicy.Decide(manifest with { Module = new ModuleManifest { Assembly = "vm/main.mjs" } }, "internal", new HostOptions(), rule).ShouldBe(new PlacementOutcome.Placed("vm"));
        PlacementPolicy.Decide(manifest with { Module = null }, "internal", new HostOptions(), rule).ShouldBe(new PlacementOutcome.Placed("vm"));
    }

    [Theory]
    [InlineData("sandbox", "vm", "vm")]
    [InlineData("vm", "container", "vm")]
    [InlineData("process", "container", "container")]
    public void Of_two_rules_the_stronger_level_holds(string one, string other, string level) =>
        PlacementRule.Stricter(new PlacementRule(one, null, null, null), new PlacementRule(other, null, null, null)).Isolation.ShouldBe(level);

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
