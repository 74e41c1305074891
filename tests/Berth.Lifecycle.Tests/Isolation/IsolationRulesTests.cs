using Berth.Data.Sessions;
using Berth.Host.Isolation;
using Berth.Lifecycle.Isolation;
using Berth.Lifecycle.Tests.World;
using Berth.Lifecycle.Trust;
using Berth.Packaging.Enforcement;

namespace Berth.Lifecycle.Tests.Isolation;

public sealed class IsolationRulesTests
{
    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task A_rule_holds_for_the_next_load_outlives_a_restart_and_ends_with_its_removal(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var admin = await world.AddUserAsync("admin");
        var before = world.Get<IPlacementRules>().Generation;

        var set = await world.Get<IIsolationRules>().SetAsync(admin, new IsolationRuleDraft(IsolationRule.Plugin, "Echo", "sandbox", "Read it first.") { Limits = new() { MemoryMegabytes = 128, CpuPercent = 50 } });

        set.ShouldNotBeNull().Plugins.ShouldBe(["Echo"]);
        world.Get<IPlacementRules>().Generation.ShouldBeGreaterThan(before);
        world.Get<IPlacementRules>().Of("ECHO", "internal").ShouldBe(new PlacementRule("sandbox", 128L << 20, 0.5, null));
        world.Get<IPlacementRules>().Of("Other", "internal").ShouldBeNull();

        await world.RestartAsync();
        await world.Get<IsolationRuleBook>().StartAsync(CancellationToken.None);
        world.Get<IPlacementRules>().Of("Echo", "internal").ShouldNotBeNull().Isolation.ShouldBe("sandbox");

        (await world.Get<IIsolationRules>().RemoveAsync(admin, IsolationRule.Plugin, "echo")).ShouldBeTrue();
        (await world.Get<IIsolationRules>().RemoveAsync(admin, IsolationRule.Plugin, "echo")).ShouldBeFalse();
        world.Get<IPlacementRules>().Of("Echo", "internal").ShouldBeNull();
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action IN ('site.isolate', 'site.unisolate') AND subject LIKE 'plugin:%'")).ShouldBe(2);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type LIKE 'berth.isolation.rule%'")).ShouldBe(2);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task All_eight_limits_of_a_rule_outlive_a_restart_and_are_replaced_by_the_next(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var admin = await world.AddUserAsync("admin");
        var limits = new UsageLimits
        {
            MemoryMegabytes = 128,
            CpuPercent = 50,
            Processes = 64,
            OpenFiles = 256,
            FileSizeMegabytes = 2,
            DiskMegabytes = 8,
            ExecutionSeconds = 5,
            BandwidthKilobytes = 100,
        };
        await world.Get<IIsolationRules>().SetAsync(admin, new IsolationRuleDraft(IsolationRule.Plugin, "Echo", "process", "Little.") { Limits = limits });

        await world.RestartAsync();
        await world.Get<IsolationRuleBook>().StartAsync(CancellationToken.None);

        (await world.Get<IIsolationRules>().ListAsync()).ShouldHaveSingleItem().Limits.ShouldBe(limits);
        world.Get<IPlacementRules>().Of("Echo", "internal").ShouldBe(PlacementRule.Of("process", limits));
        await world.Get<IIsolationRules>().SetAsync(admin, new IsolationRuleDraft(IsolationRule.Plugin, "Echo", "process", "Less.") { Limits = new() { DiskMegabytes = 1 } });
        (await world.Get<IIsolationRules>().ListAsync()).ShouldHaveSingleItem().Limits.ShouldBe(new UsageLimits { DiskMegabytes = 1 });
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task A_rule_for_a_publisher_follows_what_belongs_to_it_and_keeps_what_it_knew_while_the_registry_is_away(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var admin = await world.AddUserAsync("admin");
        world.Registry.Publishers["acme"] = ["Echo", "Clock"];
        var rules = world.Get<IIsolationRules>();

        (await rules.SetAsync(admin, new IsolationRuleDraft(IsolationRule.Publisher, "nobody", "process", "New here."))).ShouldBeNull();
        (await rules.SetAsync(admin, new IsolationRuleDraft(IsolationRule.Publisher, "acme", "process", "New here.") { IsDryRun = true })).ShouldNotBeNull();
        world.Get<IPlacementRules>().Of("Echo", "verified").ShouldBeNull("a dry run keeps nothing");
        await rules.SetAsync(admin, new IsolationRuleDraft(IsolationRule.Publisher, "acme", "process", "New here."));
        world.Get<IPlacementRules>().Of("Clock", "verified").ShouldNotBeNull().Isolation.ShouldBe("process");

        world.Registry.Publishers["acme"] = ["Echo", "Notes"];
        await world.Get<IsolationRuleBook>().StartAsync(CancellationToken.None);
        await rules.RemoveAsync(admin, IsolationRule.Plugin, "nothing-but-a-round");
        world.Get<IPlacementRules>().Of("Clock", "verified").ShouldBeNull();
        world.Get<IPlacementRules>().Of("Notes", "verified").ShouldNotBeNull();

        world.Registry.IsAway = true;
        await world.RestartAsync();
        await world.Get<IsolationRuleBook>().StartAsync(CancellationToken.None);
        world.Get<IPlacementRules>().Of("Notes", "verified").ShouldNotBeNull("what the registry said last holds");
    }

    [Fact]
    public async Task Neither_the_policies_nor_the_administrators_make_the_other_weaker()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var admin = await world.AddUserAsync("admin");
        world.Get<RegistryTrust>().Learn(TrustKnowledge.Read("""{"policies":[{"level":"community","isolation":"sandbox","limits":{"memory_megabytes":64,"execution_seconds":20,"processes":60,"disk_megabytes":16,"of_a_newer_registry":1}}]}"""));

        await world.Get<IIsolationRules>().SetAsync(admin, new IsolationRuleDraft(IsolationRule.Plugin, "Echo", "process", "Not weaker.") { Limits = new() { MemoryMegabytes = 512, ExecutionSeconds = 5, Processes = 80, DiskMegabytes = 4, BandwidthKilobytes = 1 } });

        world.Get<IPlacementRules>().Of("Echo", "community").ShouldBe(new PlacementRule("sandbox", 64L << 20, null, TimeSpan.FromSeconds(5)) { Processes = 60, TemporaryBytes = 4 << 20, NetworkBytesPerSecond = 1024 });
        await world.Get<IIsolationRules>().SetAsync(admin, new IsolationRuleDraft(IsolationRule.Plugin, "Echo", "container", "Stricter."));
        world.Get<IPlacementRules>().Of("Echo", "community").ShouldNotBeNull().Isolation.ShouldBe("container");
    }
}
