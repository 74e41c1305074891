using System.Globalization;
using Berth.Bench.Material;
using Berth.Bench.Results;
using Berth.Host;
using Berth.Host.Isolation;

namespace Berth.Bench.Benchmarks;

/// <summary>The memory of 1, 8 and 32 workers that have answered once, at each level that runs .NET, with what makes the isolation: pages that several share count in parts.</summary>
internal sealed class WorkerMemoryBenchmark : IBenchmark
{
    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var counts = run.IsQuick ? (int[])[1, 4] : [1, 8, 32];
        var versions = new VersionFolders(run.NewFolder("many"));
        var ids = versions.Create(counts[^1]);
        var results = new List<BenchResult>();
        foreach (var level in WorkerBed.Levels)
        {
            await using var bed = WorkerBed.Create(versions, level);
            if (bed.Levels.Of(level) is { IsAvailable: false } missing)
                results.Add(new BenchResult { Id = $"workers-memory-{level}", Work = "not measured", Unit = "-", Note = missing.Reason });
            else
                await MeasureAsync(bed, level, ids, counts, results);
        }

        return results;
    }

    private static async Task MeasureAsync(PoolBed bed, string level, IReadOnlyList<PluginVersionId> ids, int[] counts, List<BenchResult> results)
    {
        foreach (var count in counts)
        {
            foreach (var id in ids.Take(count))
                await bed.LoadAndCallAsync(id);
            await bed.DropSparesAsync();
            var bytes = ids.Take(count).Select(id => WorkerBed.ProcessOf(bed, id)).Sum(WorkerBed.ProportionalBytes);
            results.Add(new BenchResult
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"workers-memory-{(level == IsolationLevels.Process ? "" : $"{level}-")}{count}"),
                Work = string.Create(CultureInfo.InvariantCulture, $"proportional memory of {count} workers that have answered once, level {level}: each"),
                Unit = "MB",
                Berth = new Measured(Math.Round(bytes / 1e6 / count, 1)),
                Note = string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB together."),
            });
        }
    }
}
