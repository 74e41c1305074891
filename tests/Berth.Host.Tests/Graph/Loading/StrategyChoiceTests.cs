using Berth.Host.Graph;
using Berth.Host.Graph.Loading;

namespace Berth.Host.Tests.Graph.Loading;

public sealed class StrategyChoiceTests
{
    [Theory]
    [InlineData(0, 1, 4, LoadingStrategy.Sequential, "there is nothing to do at once")]
    [InlineData(1, 1, 4, LoadingStrategy.Sequential, "there is nothing to do at once")]
    [InlineData(20, 20, 4, LoadingStrategy.Sequential, "each of the 20 waits for the one before it")]
    [InlineData(20, 1, 1, LoadingStrategy.Sequential, "all 20 run in this process, and it has one processor")]
    [InlineData(500, 1, 4, LoadingStrategy.Batch, "none of the 500 waits for another, so they are one level")]
    [InlineData(20, 3, 4, LoadingStrategy.Parallel, "20 in 3 levels, 0 of them in workers: none waits for more than what it needs")]
    public void The_way_is_chosen_from_count_depth_and_processors(int count, int depth, int processors, LoadingStrategy strategy, string reason)
    {
        var choice = StrategyChoice.Of(PlanOf(count, depth, "none"), processors);

        choice.Strategy.ShouldBe(strategy);
        choice.Reason.ShouldBe(reason);
    }

    [Fact]
    public void Workers_are_started_more_at_once_than_there_are_processors_even_on_one()
    {
        var choice = StrategyChoice.Of(PlanOf(20, 2, "process"), processors: 1);

        choice.Strategy.ShouldBe(LoadingStrategy.Parallel);
        choice.AtOnce.ShouldBeGreaterThan(StrategyChoice.Of(PlanOf(20, 2, "none"), processors: 2).AtOnce);
    }

    [Fact]
    public void A_way_that_is_asked_for_is_taken() =>
        StrategyChoice.Given(LoadingStrategy.Sequential, PlanOf(20, 1, "none"), 4).ShouldBe(new StrategyChoice(LoadingStrategy.Sequential, 1, "it was asked for"));

    private static LoadPlan PlanOf(int count, int depth, string isolation)
    {
        var start = Enumerable.Range(0, count).Select(i => new PlannedLoad(new PluginVersionId($"P{i}", "1.0.0"), i % depth, [], []) { Isolation = isolation }).ToList();
        return new LoadPlan { Start = start, Levels = [.. start.GroupBy(load => load.Level).Select(level => level.ToList())], Refused = [], Circles = [], Skipped = [] };
    }
}
