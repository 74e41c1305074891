using System.Diagnostics;
using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;
using Berth.Host;

namespace Berth.Bench.Benchmarks;

/// <summary>B7: load and call 500 plugin versions, load 200 at once, and unload them all, beside bare load contexts.</summary>
internal sealed class LoadBenchmark : IBenchmark
{
    private const int AtOnce = 200;
    private const string Bare = "bare load context: assembly, object, services";
    private const string BareEndpoints = "bare load context with endpoint pipeline";
    private static readonly int[] BatchSizes = [1, 10, 50, 200];
    private readonly Goal _goal = new(1.3, IsUpper: true);

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var perRound = run.IsQuick ? 20 : 100;
        var versions = new VersionFolders(run.NewFolder("versions"));
        var warmUp = 40;
        var batches = BatchSizes.Sum(size => size == 1 ? 10 : size);
        var ids = versions.Create((perRound * run.Rounds) + (AtOnce * run.Rounds) + batches + warmUp);
        var next = 0;
        await using var bed = new PoolBed(versions);
        await EachAsync(Take(warmUp), bed.LoadAndCallAsync);
        using (BareContexts bare = new(withEndpoints: false), endpoints = new(withEndpoints: true))
        {
            await EachAsync([.. ids.Take(warmUp)], id => bare.LoadAndCallAsync(id, versions.AssemblyOf(id)));
            await EachAsync([.. ids.Take(warmUp)], id => endpoints.LoadAndCallAsync(id, versions.AssemblyOf(id)));
        }

        Pairs least = new(), same = new(), atOnce = new();
        for (var i = 0; i < run.Rounds; i++)
        {
            using BareContexts bare = new(withEndpoints: false), endpoints = new(withEndpoints: true), parallel = new(withEndpoints: true);
            var batch = Take(perRound);
            var ours = await EachAsync(batch, bed.LoadAndCallAsync);
            least.Add(ours, await EachAsync(batch, id => bare.LoadAndCallAsync(id, versions.AssemblyOf(id))));
            same.Add(ours, await EachAsync(batch, id => endpoints.LoadAndCallAsync(id, versions.AssemblyOf(id))));
            var crowd = Take(AtOnce);
            atOnce.Add(await TogetherAsync(crowd, bed.LoadAndCallAsync), await TogetherAsync(crowd, id => parallel.LoadAndCallAsync(id, versions.AssemblyOf(id))));
        }

        var sizes = new List<string>();
        foreach (var size in BatchSizes)
            sizes.Add($"{size}: {(await TogetherAsync(Take(size == 1 ? 10 : size), bed.LoadAndCallAsync, size)).Value:0.00} ms");
        var (unloaded, leaked, seconds) = await UnloadAsync(bed.Pool, [.. ids.Take(next)]);
        return
        [
            BenchResult.Of("b7", $"load and call {perRound * run.Rounds} plugin versions, one after another", "ms each", same, BareEndpoints, _goal, Times(same)),
            BenchResult.Of("b7-least", "the same", "ms each", least, Bare, _goal, "this peer builds no endpoints and answers no request: the plugin's own routing is on our side only."),
            BenchResult.Of("b7-at-once", $"load and call {AtOnce} at once", "ms each", atOnce, BareEndpoints, _goal, $"time of one version by batch size: {string.Join(", ", sizes)}."),
            new BenchResult
            {
                Id = "b7-unload", Work = $"unload {next:#,0} called versions: leaked", Unit = "versions", Berth = new Measured(leaked), Goal = "0", Met = leaked == 0 && unloaded == next,
                Note = $"{unloaded:#,0} unloaded, verified by weak references, in {seconds:0.0} s.",
            },
        ];

        IReadOnlyList<PluginVersionId> Take(int count)
        {
            next += count;
            return [.. ids.Skip(next - count).Take(count)];
        }
    }

    private static async Task<Round> EachAsync(IReadOnlyList<PluginVersionId> ids, Func<PluginVersionId, Task> load)
    {
        var times = new double[ids.Count];
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await load(ids[i]);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return Round.Of(times.Average(), times);
    }

    private static async Task<Round> TogetherAsync(IReadOnlyList<PluginVersionId> ids, Func<PluginVersionId, Task> load, int batch = int.MaxValue)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var some in ids.Chunk(Math.Min(batch, ids.Count)))
            await Task.WhenAll(some.Select(id => Task.Run(() => load(id))));
        return new Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds / ids.Count);
    }

    private static async Task<(int Unloaded, int Leaked, double Seconds)> UnloadAsync(IInstancePool pool, IReadOnlyList<PluginVersionId> ids)
    {
        var start = Stopwatch.GetTimestamp();
        var outcomes = await Task.WhenAll(ids.Select(id => pool.UnloadAsync(id)));
        return (outcomes.Count(outcome => outcome is UnloadOutcome.Unloaded), outcomes.Count(outcome => outcome is UnloadOutcome.Leaked), Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static string Times(Pairs pairs) => $"p50 {pairs.Ours.P50Ms:0.00} ms, p95 {pairs.Ours.P95Ms:0.00} ms; the peer p50 {pairs.Theirs.P50Ms:0.00} ms, p95 {pairs.Theirs.P95Ms:0.00} ms.";
}
