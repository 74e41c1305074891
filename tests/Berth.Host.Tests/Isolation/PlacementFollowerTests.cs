using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Isolation;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Berth.Host.Tests.Isolation;

public sealed class PlacementFollowerTests
{
    [Fact]
    public async Task What_runs_is_moved_when_the_rules_change()
    {
        var rules = new Rules();
        await using var bed = await PluginBed.StartAsync(level: new BareLevel(), rules: rules);
        await bed.Http.GetStringAsync("/p/Echo/1.0.0/version");
        bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("none");
        var follower = bed.Services.GetServices<IHostedService>().OfType<PlacementFollower>().Single();
        (await follower.RoundAsync()).ShouldBe(0);
        rules.Rule = new PlacementRule("process", null, null, null);
        (await follower.RoundAsync()).ShouldBe(1);
        bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("process");
        bed.Events.Of<IsolationMoved>().ShouldHaveSingleItem().To.ShouldBe("process");
        (await bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        (await follower.RoundAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData(true, "process")]
    [InlineData(false, "none")]
    public async Task A_version_that_held_a_thread_past_its_time_moves_at_its_next_load_where_the_machine_lets_it(bool hasProcess, string expected)
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromMilliseconds(300) }, hasProcess ? new BareLevel() : new BareLevel("sandbox"));
        (await bed.OutcomeAsync("/p/Stubborn/1.0.0/busy?ms=1500")).ShouldBeOfType<DispatchOutcome.TimedOut>();
        bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("none", "what runs stays where it is");

        await bed.Pool.UnloadAsync(new PluginVersionId("Stubborn", "1.0.0"));
        (await bed.LeaseAsync("Stubborn")).Dispose();

        bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe(expected);
        bed.Events.Of<IsolationMoved>().Select(moved => moved.To).ShouldBe(hasProcess ? ["process"] : []);
    }

    [Fact]
    public async Task A_reload_moves_such_a_version_too()
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromMilliseconds(300) }, new BareLevel());
        (await bed.OutcomeAsync("/p/Stubborn/1.0.0/busy?ms=1000")).ShouldBeOfType<DispatchOutcome.TimedOut>();

        (await bed.Pool.ReloadAsync(new PluginVersionId("Stubborn", "1.0.0"))).ShouldBeOfType<ReloadOutcome.Reloaded>();

        bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("process");
        bed.Events.Of<IsolationMoved>().ShouldHaveSingleItem().Reason.ShouldContain("held a thread");
    }

    [Fact]
    public async Task The_time_of_a_request_changes_for_what_runs_in_process_too_and_without_a_reload()
    {
        var rules = new Rules();
        await using var bed = await PluginBed.StartAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromMinutes(5), DrainTime = TimeSpan.FromMilliseconds(200) }, new BareLevel(), rules: rules);
        (await bed.OutcomeAsync("/p/Stubborn/1.0.0/ok")).ShouldBeOfType<DispatchOutcome.Completed>();
        rules.Rule = new PlacementRule("none", null, null, TimeSpan.FromMilliseconds(200));
        var follower = bed.Services.GetServices<IHostedService>().OfType<PlacementFollower>().Single();

        (await follower.RoundAsync()).ShouldBe(0, "it stays where it is");

        (await bed.OutcomeAsync("/p/Stubborn/1.0.0/hang?ms=20000")).ShouldBe(new DispatchOutcome.TimedOut(TimeSpan.FromMilliseconds(200)));
        bed.Events.Of<InstanceReloaded>().ShouldBeEmpty();
        rules.Rule = null;
        await follower.RoundAsync();
        (await bed.OutcomeAsync("/p/Stubborn/1.0.0/hang?ms=600")).ShouldBeOfType<DispatchOutcome.Completed>("the rule is gone");
    }

    [Theory]
    [InlineData("processes")]
    [InlineData("open_files")]
    [InlineData("file_size")]
    [InlineData("disk")]
    [InlineData("bandwidth")]
    public async Task A_worker_whose_limits_a_rule_has_changed_is_replaced_by_one_with_those(string limit)
    {
        var rules = new Rules();
        await using var bed = await PluginBed.StartAsync(new HostOptions { InProcessTrustLevels = new HashSet<string>(), WorkerLevels = new Dictionary<string, string> { ["verified"] = "process" } }, new BareLevel(), rules: rules);
        (await bed.LeaseAsync("Echo")).Dispose();
        var before = bed.Pool.Snapshot().ShouldHaveSingleItem().Limits.ShouldNotBeNull();
        var rule = new PlacementRule("process", null, null, null);
        (rules.Rule, var after) = limit switch
        {
            "processes" => (rule with { Processes = 100 }, before with { Processes = 100 }),
            "open_files" => (rule with { OpenFiles = 500 }, before with { OpenFiles = 500 }),
            "file_size" => (rule with { FileBytes = 1 << 20 }, before with { FileBytes = 1 << 20 }),
            "disk" => (rule with { TemporaryBytes = 2 << 20 }, before with { TemporaryBytes = 2 << 20, FileBytes = 2 << 20 }),
            _ => (rule with { NetworkBytesPerSecond = 1000 }, before with { NetworkBytesPerSecond = 1000 }),
        };
        var follower = bed.Services.GetServices<IHostedService>().OfType<PlacementFollower>().Single();

        (await follower.RoundAsync()).ShouldBe(1);

        bed.Pool.Snapshot().ShouldHaveSingleItem().Limits.ShouldBe(after);
        bed.Events.Of<InstanceReloaded>().ShouldHaveSingleItem();
        (await follower.RoundAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_bandwidth_changes_for_what_runs_in_process_too_and_without_a_reload()
    {
        var rules = new Rules();
        await using var elsewhere = Network.Elsewhere.Greeting(new string('x', 3000));
        await using var bed = await PluginBed.StartAsync(
            new HostOptions { Network = new Berth.Host.Isolation.Network.NetworkOptions { Rules = Berth.Host.Isolation.Network.NetworkRule.Parse("* private 127.0.0.1:*") } }, new BareLevel(), rules: rules);
        bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };
        var path = $"/p/Echo/1.0.0/http?url={Uri.EscapeDataString($"http://127.0.0.1:{elsewhere.Port}/")}";
        (await bed.Http.GetStringAsync(path)).Length.ShouldBe(3000);
        bed.Events.Of<LimitReached>().ShouldBeEmpty();
        rules.Rule = new PlacementRule("none", null, null, null) { NetworkBytesPerSecond = 8000 };

        (await bed.Services.GetServices<IHostedService>().OfType<PlacementFollower>().Single().RoundAsync()).ShouldBe(0, "it stays where it is");

        (await bed.Http.GetStringAsync(path)).Length.ShouldBe(3000);
        bed.Events.Of<LimitReached>().ShouldHaveSingleItem().ShouldBe(new LimitReached("Echo", "1.0.0", "bandwidth", 1));
        bed.Events.Of<InstanceReloaded>().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_run_where_it_has_to_does_not_go_on_where_it_may_not()
    {
        var rules = new Rules();
        await using var bed = await PluginBed.StartAsync(new HostOptions { DrainTime = TimeSpan.FromMilliseconds(200) }, new BareLevel(), rules: rules);
        await bed.Http.GetStringAsync("/p/Echo/1.0.0/version");
        rules.Rule = new PlacementRule("sandbox", null, null, null);
        await bed.Services.GetServices<IHostedService>().OfType<PlacementFollower>().Single().RoundAsync();
        (await bed.FailAsync("Echo")).Code.ShouldBe("isolation.unavailable");
    }

    [Fact]
    public async Task NET_code_does_not_go_on_when_a_rule_lets_vm_run_alone()
    {
        var rules = new Rules();
        await using var bed = await PluginBed.StartAsync(new HostOptions { DrainTime = TimeSpan.FromMilliseconds(200) }, new BareLevel(), rules: rules);
        await bed.Http.GetStringAsync("/p/Echo/1.0.0/version");
        rules.Rule = new PlacementRule("vm", null, null, null);
        await bed.Services.GetServices<IHostedService>().OfType<PlacementFollower>().Single().RoundAsync();
        (await bed.FailAsync("Echo")).Code.ShouldBe("isolation.vm_only");
        bed.Pool.Snapshot().ShouldNotContain(instance => instance.State == Berth.Host.States.InstanceState.Loaded);
    }

    [Fact]
    public async Task What_leaked_once_runs_in_a_worker_from_then_on()
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { DrainTime = TimeSpan.FromMilliseconds(200) }, new BareLevel());
        (await bed.LeaseAsync("LeaksThread")).Dispose();
        (await bed.Pool.UnloadAsync(new PluginVersionId("LeaksThread", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Leaked>();
        (await bed.LeaseAsync("LeaksThread")).Dispose();
        bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("process");
        bed.Events.Of<IsolationMoved>().ShouldHaveSingleItem().From.ShouldBe("none");
    }

    [Fact]
    public async Task What_leaked_before_a_restart_or_on_another_node_runs_in_a_worker_until_it_is_released()
    {
        var echo = new PluginVersionId("Echo", "1.0.0");
        var leaks = new Leaks();
        leaks.Add(echo, ["a thread"]);
        await using var bed = await PluginBed.StartAsync(level: new BareLevel(), leaks: leaks);
        (await bed.LeaseAsync("Echo")).Dispose();
        bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("process");
        bed.Events.Of<IsolationPlaced>().ShouldHaveSingleItem().Reason.ShouldContain("stayed in memory");

        leaks.Marked.Clear();
        (await bed.Pool.ReloadAsync(echo)).ShouldBeOfType<ReloadOutcome.Reloaded>();
        bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("none");
    }

    [Fact]
    public async Task A_leak_is_marked_where_it_happens()
    {
        var leaks = new Leaks();
        await using var bed = await PluginBed.StartAsync(new HostOptions { DrainTime = TimeSpan.FromMilliseconds(200) }, new BareLevel(), leaks: leaks);
        (await bed.LeaseAsync("LeaksThread")).Dispose();
        await bed.Pool.UnloadAsync(new PluginVersionId("LeaksThread", "1.0.0"));
        leaks.Marked.ShouldBe([new PluginVersionId("LeaksThread", "1.0.0")]);
    }

    [Fact]
    public async Task A_worker_whose_capabilities_a_policy_took_away_is_replaced()
    {
        var ceilings = new Ceilings();
        await using var bed = await PluginBed.StartAsync(new HostOptions { InProcessTrustLevels = new HashSet<string>(), WorkerLevels = new Dictionary<string, string> { ["verified"] = "process" } }, new BareLevel(), ceilings: ceilings);
        bed.Source.Add("Spawner", "\"security\": { \"capabilities\": [\"process:spawn-child\"] }");
        (await bed.LeaseAsync("Spawner")).Dispose();
        var follower = bed.Services.GetServices<IHostedService>().OfType<PlacementFollower>().Single();
        (await follower.RoundAsync()).ShouldBe(0);

        ceilings.IsOpen = false;

        (await follower.RoundAsync()).ShouldBe(1);
        bed.Events.Of<InstanceReloaded>().ShouldHaveSingleItem();
        (await follower.RoundAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task It_looks_by_itself_when_the_rules_have_another_generation_and_only_then()
    {
        var (rules, time) = (new Rules(), new HandTime());
        await using var bed = await PluginBed.StartAsync(level: new BareLevel(), rules: rules);
        await bed.Http.GetStringAsync("/p/Echo/1.0.0/version");
        using var follower = ActivatorUtilities.CreateInstance<PlacementFollower>(bed.Services, time);
        await follower.StartAsync(CancellationToken.None);
        await Eventually.BeTrueAsync(() => time.Timers == 1);

        // The generation is asked for at each tick, and of another tick only when the first has been dealt with.
        rules.Rule = new PlacementRule("process", null, null, null);
        await TickAsync();
        await TickAsync();
        bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("none");

        rules.Change(new PlacementRule("process", null, null, null));
        await TickAsync();
        await Eventually.BeTrueAsync(() => bed.Pool.Snapshot().Any(instance => instance is { Isolation: "process", State: Berth.Host.States.InstanceState.Loaded }));

        bed.Events.Of<IsolationMoved>().ShouldHaveSingleItem().To.ShouldBe("process");
        (await bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        await follower.StopAsync(CancellationToken.None);

        async Task TickAsync()
        {
            var before = rules.Asked;
            time.Tick();
            await Eventually.BeTrueAsync(() => rules.Asked > before);
        }
    }

    private sealed class Leaks : ILeakMarks
    {
        public HashSet<PluginVersionId> Marked { get; } = [];

        public bool? Has(PluginVersionId id) => Marked.Contains(id);

        public void Add(PluginVersionId id, IReadOnlyList<string> roots) => Marked.Add(id);
    }

    private sealed class Ceilings : ITrustCeilings
    {
        public bool IsOpen { get; set; } = true;

        public int Generation => IsOpen ? 0 : 1;

        public bool Permits(string slug, string trustLevel, string capability) => IsOpen;
    }

    private sealed class Rules : IPlacementRules
    {
        private int _generation;
        private int _asked;

        public PlacementRule? Rule { get; set; }

        /// <summary>How often somebody looked whether something has changed.</summary>
        public int Asked => Volatile.Read(ref _asked);

        public int Generation
        {
            get
            {
                Interlocked.Increment(ref _asked);
                return Volatile.Read(ref _generation);
            }
        }

        public void Change(PlacementRule rule)
        {
            Rule = rule;
            Interlocked.Increment(ref _generation);
        }

        public PlacementRule? Of(string slug, string trustLevel) => Rule;
    }
}
