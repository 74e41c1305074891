using System.Globalization;
using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;
using Berth.Host;

namespace Berth.Bench.Benchmarks;

/// <summary>A version is reloaded 1,000 times while callers never stop: no call may fail, nothing may stay, the process may not grow.</summary>
internal sealed class ReloadBenchmark : IBenchmark
{
    private const int Callers = 8;

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var reloads = run.IsQuick ? 60 : 1000;
        var versions = new VersionFolders(run.NewFolder("reloads"));
        var id = versions.Create(1)[0];
        await using var bed = new PoolBed(versions);
        using var stop = new CancellationTokenSource();
        long calls = 0;
        long failed = 0;
        string? firstFailure = null;
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await bed.LoadAndCallAsync(id);
                    Interlocked.Increment(ref calls);
                }
                catch (InvalidOperationException fault)
                {
                    Interlocked.Increment(ref failed);
                    firstFailure ??= fault.Message;
                }
            }
        })).ToList();

        var took = new List<double>(reloads);
        var samples = new List<ProcessSizes>();
        for (var i = 0; i < (reloads / 10) + reloads; i++)
        {
            if (await bed.Pool.ReloadAsync(id) is not ReloadOutcome.Reloaded reloaded)
                throw new InvalidOperationException($"{id} was not reloaded.");

            // The next one waits until the one before is gone: otherwise it would be seen how many can leave at once.
            while (bed.Pool.Snapshot()[0].Replaced > 0)
                await Task.Delay(5);
            if (i < reloads / 10)
                continue;
            took.Add(reloaded.Elapsed.TotalMilliseconds);
            if (i % 4 == 0)
                samples.Add(ProcessSizes.Now());
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        took.Sort();
        var leaked = bed.Pool.Statistics.Leaked;
        return
        [
            new BenchResult
            {
                Id = "b9-reload",
                Work = $"reload a version {reloads:#,0} times while {Callers} callers never stop: calls that failed",
                Unit = "calls",
                Berth = new Measured(failed),
                Goal = "0",
                Met = failed == 0,
                Failed = failed > 0,
                Note = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{calls:#,0} calls answered meanwhile{(firstFailure is null ? "" : $"; the first that failed: {firstFailure}")}. A reload until calls go to the new instance: median {took[took.Count / 2]:0.0} ms, p95 {took[took.Count * 95 / 100]:0.0} ms. Resident memory by tenths of the run, in MB: {Growth.Tenths(samples)}."),
            },
            new BenchResult { Id = "b9-reload-leaked", Work = "the same: instances that stayed in memory", Unit = "instances", Berth = new Measured(leaked), Goal = "0", Met = leaked == 0, Failed = leaked > 0 },
            .. Growth.Of("b9-reload", samples),
        ];
    }
}
