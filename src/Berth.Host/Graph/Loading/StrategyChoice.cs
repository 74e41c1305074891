using System.Globalization;
using Berth.Host.Isolation;

namespace Berth.Host.Graph.Loading;

/// <summary>Which way to load many, and why.</summary>
/// <param name="Strategy">The way.</param>
/// <param name="AtOnce">How many loads run at once.</param>
/// <param name="Reason">For people.</param>
internal sealed record StrategyChoice(LoadingStrategy Strategy, int AtOnce, string Reason)
{
    /// <summary>Chooses from how many there are, how deep the graph is and where they run.</summary>
    /// <param name="plan">What is loaded.</param>
    /// <param name="processors">Processors of this machine.</param>
    public static StrategyChoice Of(LoadPlan plan, int processors)
    {
        var (count, depth) = (plan.Start.Count, plan.Levels.Count);
        var workers = plan.Start.Count(load => !IsInProcess(load));
        var atOnce = AtOnceFor(plan, processors);
        if (count <= 1)
            return new(LoadingStrategy.Sequential, 1, "there is nothing to do at once");
        if (depth == count)
            return new(LoadingStrategy.Sequential, 1, Text($"each of the {count} waits for the one before it"));
        if (processors == 1 && workers == 0)
            return new(LoadingStrategy.Sequential, 1, Text($"all {count} run in this process, and it has one processor"));
        if (depth == 1)
            return new(LoadingStrategy.Batch, atOnce, Text($"none of the {count} waits for another, so they are one level"));
        return new(LoadingStrategy.Parallel, atOnce, Text($"{count} in {depth} levels, {workers} of them in workers: none waits for more than what it needs"));
    }

    /// <summary>A way that somebody asked for.</summary>
    public static StrategyChoice Given(LoadingStrategy strategy, LoadPlan plan, int processors) =>
        new(strategy, strategy == LoadingStrategy.Sequential ? 1 : AtOnceFor(plan, processors), "it was asked for");

    // In this process a load is mostly compiling, which more turns than processors do not speed up; one more than there are
    // keeps them busy while a plugin waits in its start. A worker's load is mostly waiting for the other process.
    private static int AtOnceFor(LoadPlan plan, int processors) => plan.Start.All(IsInProcess) ? processors + 1 : 4 * processors;

    private static bool IsInProcess(PlannedLoad load) => string.Equals(load.Isolation, PlacementPolicy.None, StringComparison.Ordinal);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
