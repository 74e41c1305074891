using System.Diagnostics;
using System.Globalization;
using Berth.Bench.Material;
using Berth.Bench.Results;
using Berth.Host;
using Berth.Host.Isolation;

namespace Berth.Bench.Benchmarks;

/// <summary>B13: from the kill of a worker until its plugin answers again; the pool restarts it by itself.</summary>
internal sealed class RestartBenchmark : IBenchmark
{
    private const double GoalMilliseconds = 250;

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var results = new List<BenchResult>();
        foreach (var level in WorkerBed.Levels)
            results.Add(await RunAsync(run, level));
        return results;
    }

    private static async Task<BenchResult> RunAsync(BenchRun run, string level)
    {
        // The goal is for the level that has spares; elsewhere each restart is a whole start.
        var hasSpares = level == IsolationLevels.Process;
        var crashes = (run.IsQuick, hasSpares) switch { (true, true) => 10, (true, false) => 5, (false, true) => 50, (false, false) => 20 };
        var name = hasSpares ? "b13-crash" : $"b13-crash-{level}";
        var versions = new VersionFolders(run.NewFolder($"restarts-{level}"));
        // A second crash of the same version waits on purpose, so each has one of its own.
        var ids = versions.Create(crashes + 3);
        await using var bed = WorkerBed.Create(versions, level);
        if (bed.Levels.Of(level) is { IsAvailable: false } missing)
            return new BenchResult { Id = name, Work = "not measured", Unit = "-", Note = missing.Reason };
        var times = new List<double>();
        foreach (var id in ids)
        {
            await bed.LoadAndCallAsync(id);
            var process = WorkerBed.InnermostOf(WorkerBed.ProcessOf(bed, id));
            await bed.SettledAsync();
            var start = Stopwatch.GetTimestamp();
            WorkerBed.Kill(process);
            await ServesAsync(bed, id);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await bed.Pool.UnloadAsync(id);
        }

        // The first ones pay for the host's own code.
        times = [.. times.Skip(3)];
        var median = Figures.Median(times);
        return new BenchResult
        {
            Id = name,
            Work = $"from the kill of a worker until its plugin answers again, {crashes} times, level {level}",
            Unit = "ms",
            Berth = new Measured(median) { P50Ms = median, P95Ms = Figures.Percentile(times, 0.95) },
            Goal = hasSpares ? $"≤ {GoalMilliseconds:0} ms" : null,
            Met = hasSpares ? median <= GoalMilliseconds : null,
            Note = string.Create(CultureInfo.InvariantCulture, $"p95 {Figures.Percentile(times, 0.95):0} ms, the longest {times.Max():0} ms. A caller asks without a pause.{(hasSpares ? "" : " There are no spare workers at this level.")}"),
        };
    }

    private static async Task ServesAsync(PoolBed bed, PluginVersionId id)
    {
        while (true)
        {
            try
            {
                await bed.LoadAndCallAsync(id);
                return;
            }
            catch (InvalidOperationException)
            {
                await Task.Delay(1);
            }
        }
    }
}
