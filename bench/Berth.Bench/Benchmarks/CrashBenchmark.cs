using System.Diagnostics;
using System.Globalization;
using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;
using Berth.Host;
using Berth.Host.States;

namespace Berth.Bench.Benchmarks;

/// <summary>B9: a worker is killed 1,000 times and comes back; nothing of the dead ones may stay, and the host may not grow.</summary>
internal sealed class CrashBenchmark : IBenchmark
{
    private const int AtOnce = 4;

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var rounds = (run.IsQuick ? 60 : int.TryParse(Environment.GetEnvironmentVariable("BERTH_BENCH_CRASHES"), out var asked) ? asked : 1000) / AtOnce;
        var versions = new VersionFolders(run.NewFolder("crashes"));
        var ids = versions.Create(AtOnce);
        int children, left;
        var samples = new List<ProcessSizes>(rounds);
        double each;
        await using (var bed = WorkerBed.Create(versions, "process", crashBudget: new HostOptions().CrashBudget))
        {
            foreach (var id in ids)
                await bed.LoadAndCallAsync(id);
            for (var i = 0; i < rounds / 10; i++)
                await CrashAsync(bed, ids);
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < rounds; i++)
            {
                await CrashAsync(bed, ids);
                samples.Add(ProcessSizes.Now());
            }

            each = Stopwatch.GetElapsedTime(start).TotalMilliseconds / (rounds * AtOnce);
            await Task.WhenAll(ids.Select(id => bed.Pool.UnloadAsync(id)));
            await bed.DropSparesAsync();
            left = WorkerBed.Left();
            children = WorkerBed.Children();
        }

        var leaked = Math.Max(children, left);
        return
        [
            new BenchResult
            {
                Id = "b9-crashes",
                Work = $"kill a worker and call its plugin again, {rounds * AtOnce:#,0} times, {AtOnce} at a time: processes, sockets and folders that stayed",
                Unit = "things",
                Berth = new Measured(leaked),
                Goal = "0",
                Met = leaked == 0,
                Failed = leaked > 0,
                Note = string.Create(CultureInfo.InvariantCulture, $"{each:0} ms a crash, with the start of the next worker. Resident memory of the host by tenths of the run, in MB: {Growth.Tenths(samples)}."),
            },
            .. Growth.Of("b9-crashes", samples),
        ];
    }

    private static async Task CrashAsync(PoolBed bed, IReadOnlyList<PluginVersionId> ids)
    {
        var before = ids.ToDictionary(id => id, id => WorkerBed.ProcessOf(bed, id));
        foreach (var process in before.Values)
            WorkerBed.Kill(process);
        await Task.WhenAll(ids.Select(async id =>
        {
            while (bed.Pool.Snapshot().Single(instance => instance.Id == id) is { State: InstanceState.Loaded, Worker: var worker } && (worker is null || worker.ProcessId == before[id]))
                await Task.Delay(2);
            // Without it the back-off of repeated crashes would be waited for.
            bed.Pool.Release(id);
            for (var i = 0; ; i++)
            {
                try
                {
                    await bed.LoadAndCallAsync(id);
                    return;
                }
                catch (InvalidOperationException) when (i < 100)
                {
                    bed.Pool.Release(id);
                    await Task.Delay(10);
                }
            }
        }));
    }
}
