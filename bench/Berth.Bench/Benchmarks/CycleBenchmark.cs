using System.Diagnostics;
using System.Globalization;
using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;
using Berth.Host;

namespace Berth.Bench.Benchmarks;

/// <summary>B9: load, call and unload 1,000 times; nothing may stay, and the process may not grow.</summary>
internal sealed class CycleBenchmark : IBenchmark
{
    private const int AtOnce = 4;

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var rounds = (run.IsQuick ? 120 : int.TryParse(Environment.GetEnvironmentVariable("BERTH_BENCH_CYCLES"), out var asked) ? asked : 1000) / AtOnce;
        var versions = new VersionFolders(run.NewFolder("cycles"));
        var ids = versions.Create(AtOnce);
        await using var bed = new PoolBed(versions);

        // What the first cycles leave for good (code of the host, caches, threads of the pool) is no growth.
        for (var i = 0; i < rounds / 10; i++)
            await CycleAsync(bed, ids);

        var leaked = 0;
        var start = Stopwatch.GetTimestamp();
        var samples = new List<ProcessSizes>(rounds);
        for (var i = 0; i < rounds; i++)
        {
            leaked += (await CycleAsync(bed, ids)).Count(outcome => outcome is not UnloadOutcome.Unloaded);
            samples.Add(ProcessSizes.Now());
        }

        var cycles = rounds * AtOnce;
        var each = Stopwatch.GetElapsedTime(start).TotalMilliseconds / cycles;
        return
        [
            new BenchResult
            {
                Id = "b9", Work = $"load, call and unload {cycles:#,0} times, {AtOnce} versions at a time: leaked", Unit = "instances", Berth = new Measured(leaked), Goal = "0", Met = leaked == 0, Failed = leaked > 0,
                Note = string.Create(CultureInfo.InvariantCulture, $"{each:0.0} ms a cycle, the collections that prove it included. Resident memory by tenths of the run, in MB: {Growth.Tenths(samples)}."),
            },
            .. Growth.Of("b9", samples),
        ];
    }

    private static async Task<UnloadOutcome[]> CycleAsync(PoolBed bed, IReadOnlyList<PluginVersionId> ids)
    {
        await Task.WhenAll(ids.Select(id => Task.Run(() => bed.LoadAndCallAsync(id))));
        return await Task.WhenAll(ids.Select(id => bed.Pool.UnloadAsync(id)));
    }
}
