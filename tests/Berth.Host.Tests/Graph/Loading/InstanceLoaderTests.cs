using Berth.Events;
using Berth.Host.Graph;
using Berth.Host.Graph.Loading;
using Berth.Host.States;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Host.Tests.Graph.Loading;

/// <summary>Many golden plugins, loaded together through the real pool.</summary>
public sealed class InstanceLoaderTests : IAsyncLifetime
{
    private readonly string _state = Directory.CreateTempSubdirectory("berth-link-").FullName;
    private PluginBed _bed = null!;

    public static TheoryData<LoadingStrategy?> Strategies => [LoadingStrategy.Sequential, LoadingStrategy.Parallel, LoadingStrategy.Batch, null];

    private IInstanceLoader Loader => _bed.Services.GetRequiredService<IInstanceLoader>();

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("BERTH_FIXTURE_STATE", _state);
        _bed = await PluginBed.StartAsync(new HostOptions { CriticalTrustLevels = new HashSet<string> { "verified" } });
    }

    public async Task DisposeAsync()
    {
        await _bed.DisposeAsync();
        Environment.SetEnvironmentVariable("BERTH_FIXTURE_STATE", null);
        Directory.Delete(_state, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Dependencies_start_before_their_dependants_whatever_the_strategy(LoadingStrategy? strategy)
    {
        var wanted = Diamonds(5);

        var outcome = await Loader.LoadAsync(wanted, strategy);

        outcome.Failed.ShouldBeEmpty();
        var started = await StartedAsync();
        started.Order().ShouldBe(Enumerable.Range(0, 5).SelectMany(i => new[] { $"Base{i}", $"Left{i}", $"Right{i}", $"Top{i}" }).Order());
        foreach (var i in Enumerable.Range(0, 5))
        {
            started.IndexOf($"Top{i}").ShouldBeGreaterThan(Math.Max(started.IndexOf($"Left{i}"), started.IndexOf($"Right{i}")));
            Math.Min(started.IndexOf($"Left{i}"), started.IndexOf($"Right{i}")).ShouldBeGreaterThan(started.IndexOf($"Base{i}"));
        }

        (await _bed.Http.GetStringAsync("/p/Top3/1.0.0/name")).ShouldBe("Top3");
    }

    [Fact]
    public async Task R34_a_circle_keeps_nobody_else_from_being_loaded()
    {
        var wanted = Diamonds(1).Append(_bed.Source.Add("CircleA", Needs("CircleB"))).Append(_bed.Source.Add("CircleB", Needs("CircleA"))).ToList();

        var outcome = await Loader.LoadAsync(wanted);

        outcome.Failed.Select(load => load.Id.Slug).ShouldBe(["CircleA", "CircleB"]);
        outcome.Failed.ShouldAllBe(load => load.Failure!.Code == "dependency.cycle" && load.Failure.Message.Contains("CircleA 1.0.0"));
        Running().ShouldBe(["Base0", "Left0", "Right0", "Top0"]);
        _bed.Events.Of<DependencyCycle>().ShouldHaveSingleItem().Members.ShouldBe(["CircleA 1.0.0", "CircleB 1.0.0"]);
        _bed.Events.Of<DependencyUnmet>().Select(unmet => unmet.Slug).ShouldBe(["CircleA", "CircleB"]);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task R35_a_dependant_in_one_batch_with_its_dependency_is_loaded(LoadingStrategy? strategy)
    {
        var app = _bed.Source.Add("App", Needs("Base") + ", \"loadOrder\": 1");
        var dependency = _bed.Source.Add("Base");

        (await Loader.LoadAsync([app, dependency], strategy)).Failed.ShouldBeEmpty();

        (await StartedAsync()).ShouldBe(["Base", "App"]);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task R36_loading_many_never_waits_for_a_clock(LoadingStrategy? strategy)
    {
        var time = new ClockWithoutTimers();
        var loader = new InstanceLoader(_bed.Pool, _bed.Services.GetRequiredService<GraphReader>(), new PlansInForce(), _bed.Events, time, NullLogger<InstanceLoader>.Instance);

        (await loader.LoadAsync(Diamonds(5), strategy)).Loads.Count.ShouldBe(20);

        time.Timers.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task One_dead_dependency_fails_those_who_need_it_with_its_reason_and_nobody_else(LoadingStrategy? strategy)
    {
        _bed.Source.Add("Dead", fixture: "ThrowsInStart");
        var wanted = Diamonds(1).Append(_bed.Source.Add("Needy", Needs("Dead"))).Append(_bed.Source.Add("Above", Needs("Needy"))).ToList();

        var outcome = await Loader.LoadAsync(wanted, strategy);

        outcome.Failed.Select(load => load.Id.Slug).Order().ShouldBe(["Above", "Dead", "Needy"]);
        var above = outcome.Failed.Single(load => load.Id.Slug == "Above").Failure!;
        above.Code.ShouldBe("dependency.failed");
        above.Message.ShouldStartWith("Above 1.0.0 needs Needy 1.0.0, which does not run: Needy 1.0.0 needs Dead 1.0.0, which does not run: Dead 1.0.0 cannot run: ");
        Running().ShouldBe(["Base0", "Left0", "Right0", "Top0"]);
    }

    [Fact]
    public async Task A_critical_plugin_that_does_not_run_is_told_apart_from_others()
    {
        PluginVersionId[] wanted = [_bed.Source.Add("Vital", "\"critical\": true", fixture: "ThrowsInStart"), _bed.Source.Add("Idle", fixture: "ThrowsInStart"), _bed.Source.Add("Broken", Needs("Gone") + ", \"critical\": true")];

        var outcome = await Loader.LoadAsync(wanted);

        outcome.Failed.Count().ShouldBe(3);
        outcome.CriticalFailures.Select(load => load.Id.Slug).ShouldBe(["Vital", "Broken"]);
    }

    [Fact]
    public async Task A_claim_to_be_critical_counts_only_from_a_trust_level_that_may_make_it()
    {
        var vital = _bed.Source.Add("Vital", "\"critical\": true", fixture: "ThrowsInStart");
        _bed.Source.Trust("Vital", "internal");

        (await Loader.LoadAsync([vital])).CriticalFailures.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_choice_and_its_reason_are_said_and_so_is_the_end()
    {
        var outcome = await Loader.LoadAsync(Diamonds(1), LoadingStrategy.Batch);

        var chosen = _bed.Events.Of<LoadingStrategyChosen>().ShouldHaveSingleItem();
        chosen.ShouldBe(new LoadingStrategyChosen("Batch", 4, 3, "it was asked for"));
        outcome.Reason.ShouldBe(chosen.Reason);
        var completed = _bed.Events.Of<LoadingManyCompleted>().ShouldHaveSingleItem();
        (completed.Strategy, completed.Loaded, completed.Failed).ShouldBe(("Batch", 4, 0));
    }

    [Fact]
    public async Task What_runs_already_is_left_as_it_is()
    {
        var wanted = Diamonds(1);
        await Loader.LoadAsync(wanted);

        (await Loader.LoadAsync(wanted)).Failed.ShouldBeEmpty();

        _bed.Pool.Statistics.Created.ShouldBe(4);
    }

    private List<PluginVersionId> Diamonds(int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        _bed.Source.Add($"Base{i}");
        _bed.Source.Add($"Left{i}", Needs($"Base{i}"));
        _bed.Source.Add($"Right{i}", Needs($"Base{i}"));
        return _bed.Source.Add($"Top{i}", Needs($"Left{i}", $"Right{i}"));
    })];

    private static string Needs(params string[] slugs) => $"\"dependencies\": [{string.Join(", ", slugs.Select(slug => $"\"{slug}\""))}]";

    private IEnumerable<string> Running() => _bed.Pool.Snapshot().Where(instance => instance.State == InstanceState.Loaded).Select(instance => instance.Id.Slug);

    private async Task<List<string>> StartedAsync() => [.. await File.ReadAllLinesAsync(Path.Combine(_state, "started.txt"))];

    private sealed class ClockWithoutTimers : TimeProvider
    {
        private int _timers;

        public int Timers => _timers;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
