using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Graph;
using Berth.Host.Graph.Loading;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Graph.Loading;

/// <summary>The ways through a plan, with loads that the test lets end.</summary>
public sealed class LoadRunTests
{
    private readonly RecordedEvents _events = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<LeaseOutcome>> _loads = new();
    private readonly ConcurrentQueue<string> _begun = new();

    public static TheoryData<string> Ways => [nameof(SequentialLoading), nameof(ParallelLoading), nameof(BatchLoading)];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task R35_a_dependant_is_loaded_after_what_it_needs_and_never_skipped(string way)
    {
        var run = RunOf(new Universe().Has("App", needs: "Base", order: 1).Has("Base").Plan("App"));
        var going = WayOf(way).RunAsync(run, 4);

        await Eventually.BeTrueAsync(() => !_begun.IsEmpty);
        _begun.ShouldBe(["Base"]);
        End("Base");
        End("App");
        await going;

        _begun.ShouldBe(["Base", "App"]);
        (await run.EndsAsync()).ShouldAllBe(end => end.Failure == null);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task One_dead_dependency_fails_its_dependants_by_name_and_nobody_else(string way)
    {
        var plan = new Universe().Has("Dead").Has("Needs", needs: "Dead").Has("Above", needs: "Needs").Has("Uses", uses: "Dead").Has("Other").Plan("Above", "Uses", "Other");
        var run = RunOf(plan);
        End("Dead", new LeaseOutcome.Failed("plugin.start_failed", "Dead 1.0.0 cannot run: it threw.", null));
        foreach (var slug in new[] { "Uses", "Other" })
            End(slug);

        await WayOf(way).RunAsync(run, 4);

        var ends = (await run.EndsAsync()).ToDictionary(end => end.Id.Slug, end => end.Failure);
        ends["Uses"].ShouldBeNull();
        ends["Other"].ShouldBeNull();
        ends["Needs"].ShouldBe(new GraphReason("dependency.failed", "Needs 1.0.0 needs Dead 1.0.0, which does not run: Dead 1.0.0 cannot run: it threw."));
        ends["Above"]!.Message.ShouldBe("Above 1.0.0 needs Needs 1.0.0, which does not run: " + ends["Needs"]!.Message);
        _begun.ShouldNotContain("Needs");
        _events.Of<DependencyUnmet>().Select(unmet => unmet.Slug).ShouldBe(["Needs", "Above"]);
    }

    [Fact]
    public async Task R36_in_parallel_nobody_waits_for_more_than_what_it_needs()
    {
        var run = RunOf(new Universe().Has("Slow").Has("Quick").Has("App", needs: "Quick").Plan("Slow", "App"));
        var going = new ParallelLoading().RunAsync(run, 2);
        End("Quick");
        End("App");

        await Eventually.BeTrueAsync(() => _begun.Contains("App"));
        going.IsCompleted.ShouldBeFalse();
        End("Slow");
        await going;

        var waiting = _events.Of<DependencyWaiting>().ShouldHaveSingleItem();
        waiting.Slug.ShouldBe("App");
        waiting.WaitsFor.ShouldBe(["Quick 1.0.0"]);
    }

    [Theory]
    [InlineData(nameof(ParallelLoading))]
    [InlineData(nameof(BatchLoading))]
    public async Task No_more_are_loaded_at_once_than_is_allowed(string way)
    {
        var universe = new Universe();
        for (var i = 0; i < 10; i++)
            universe.Has($"P{i}");
        var run = RunOf(universe.Plan([.. universe.Versions.Select(version => version.Id.Slug)]));
        var going = WayOf(way).RunAsync(run, 3);

        for (var ended = 0; ended < 10; ended++)
        {
            var expected = Math.Min(3 + ended, 10);
            await Eventually.BeTrueAsync(() => _begun.Count >= expected);
            _begun.Count.ShouldBe(expected);
            End(_begun.ElementAt(ended));
        }

        await going;
    }

    [Fact]
    public async Task A_load_that_throws_is_a_failure_of_its_own()
    {
        var run = new LoadRun(
            new Universe().Has("Bad").Has("Good").Plan("Bad", "Good"),
            id => id.Slug == "Bad" ? throw new IOException("The disk is gone.") : ValueTask.FromResult<LeaseOutcome>(new LeaseOutcome.Leased(new NoLease(id))),
            _events, TimeProvider.System, CancellationToken.None);

        await new SequentialLoading().RunAsync(run, 1);

        (await run.EndsAsync()).Select(end => end.Failure?.Message).ShouldBe(["Bad 1.0.0 was not loaded: IOException: The disk is gone.", null]);
    }

    [Fact]
    public async Task After_a_cancellation_nothing_more_is_begun()
    {
        using var cancellation = new CancellationTokenSource();
        var run = RunOf(new Universe().Has("First").Has("Second", needs: "First").Plan("Second"), cancellation.Token);
        var going = new SequentialLoading().RunAsync(run, 1);
        await Eventually.BeTrueAsync(() => !_begun.IsEmpty);
        await cancellation.CancelAsync();
        End("First");
        await going;

        (await run.EndsAsync()).Select(end => end.Failure?.Code).ShouldBe([null, "host.stopping"]);
        _begun.ShouldBe(["First"]);
    }

    private LoadRun RunOf(LoadPlan plan, CancellationToken cancellation = default) => new(
        plan,
        id =>
        {
            _begun.Enqueue(id.Slug);
            return new ValueTask<LeaseOutcome>(LoadOf(id.Slug).Task);
        },
        _events, TimeProvider.System, cancellation);

    private TaskCompletionSource<LeaseOutcome> LoadOf(string slug) => _loads.GetOrAdd(slug, _ => new TaskCompletionSource<LeaseOutcome>(TaskCreationOptions.RunContinuationsAsynchronously));

    private void End(string slug, LeaseOutcome? outcome = null) => LoadOf(slug).SetResult(outcome ?? new LeaseOutcome.Leased(new NoLease(new PluginVersionId(slug, "1.0.0"))));

    private static ILoadingStrategy WayOf(string name) => name switch
    {
        nameof(SequentialLoading) => new SequentialLoading(),
        nameof(ParallelLoading) => new ParallelLoading(),
        _ => new BatchLoading(),
    };
}
