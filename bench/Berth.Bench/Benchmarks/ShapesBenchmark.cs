using Berth.Bench.Material;
using Berth.Bench.Results;
using Berth.Host.Graph.Loading;

namespace Berth.Bench.Benchmarks;

/// <summary>B7 in the hard shapes: the loader's own choice beside each of its strategies.</summary>
internal sealed class ShapesBenchmark : IBenchmark
{
    private static readonly LoadingStrategy[] Strategies = [LoadingStrategy.Sequential, LoadingStrategy.Parallel, LoadingStrategy.Batch];
    private readonly Goal _goal = new(1.2, IsUpper: true);

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        // Tiered compilation and the thread pool settle first: otherwise what is measured first looks slow.
        await MeasureAsync(run, Shape.Flat, run.IsQuick ? 20 : 200);
        var results = new List<BenchResult> { await MeasureAsync(run, Shape.Flat, 1) };
        foreach (var shape in Enum.GetValues<Shape>())
        {
            foreach (var count in run.IsQuick ? [20, 100] : new[] { 20, 100, 200, 500 })
                results.Add(await MeasureAsync(run, shape, count));
        }

        return results;
    }

    private async Task<BenchResult> MeasureAsync(BenchRun run, Shape shape, int count)
    {
        var own = new List<Round>();
        var given = Strategies.ToDictionary(strategy => strategy, _ => new List<Round>());
        LoadManyOutcome? chosen = null;
        await using (var bed = new LoaderBed(new ShapedVersions(run.NewFolder("shaped"), shape, count)))
        {
            await bed.LoadAsync(null);
            await bed.ClearAsync();

            // One load takes a millisecond: more rounds, or the machine's noise is all that is seen.
            for (var i = 0; i < (count == 1 ? 10 * run.Rounds : run.Rounds); i++)
            {
                // Each takes each place in turn, so that none always comes after the same collection of garbage.
                var turn = Strategies.Cast<LoadingStrategy?>().Append(null).ToArray();
                foreach (var strategy in turn.Skip(i % turn.Length).Concat(turn.Take(i % turn.Length)))
                {
                    var before = Environment.CpuUsage.TotalTime;
                    var outcome = await bed.LoadAsync(strategy);
                    var used = Environment.CpuUsage.TotalTime - before;
                    await bed.ClearAsync();
                    (strategy is { } named ? given[named] : own).Add(new Round(outcome.Elapsed.TotalMilliseconds) { CpuMicroseconds = used.TotalMicroseconds });
                    if (strategy is null)
                        chosen = outcome;
                }
            }
        }

        var best = given.MinBy(strategy => Figures.Median(strategy.Value.Select(round => round.Value)));
        var pairs = new Pairs();
        foreach (var (ours, theirs) in own.Zip(best.Value))
            pairs.Add(ours, theirs);
        return BenchResult.Of(
            $"b7-{Name(shape)}-{count}", $"load {count} plugins, {Name(shape)}: the automatic choice ({chosen!.Strategy.ToString().ToLowerInvariant()})", "ms", pairs,
            $"the best: {best.Key.ToString().ToLowerInvariant()}", _goal,
            string.Join(", ", given.Select(strategy => $"{strategy.Key.ToString().ToLowerInvariant()} {Figures.Median(strategy.Value.Select(round => round.Value)):0.0} ms")) + $"; chosen because {chosen.Reason}.");
    }

    private static string Name(Shape shape) => shape == Shape.DeadDependency ? "dead" : shape.ToString().ToLowerInvariant();
}
