using Berth.Bench.Material;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>B5 to its end: the latency of an install when a million users have the plugin, beside the same at a thousand.</summary>
internal sealed class MillionInstallsBenchmark : IBenchmark
{
    private const int Few = 1_000;

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var (many, count) = run.IsQuick ? (20_000, 200) : (1_000_000, 1_000);
        var package = Packages.FrontEnd(InstallBed.Slug, InstallBed.Version, Packages.Files(43, 8 * 1024, seed: 5));
        var spare = count * (run.Rounds + 3);
        await using var small = await InstallBed.PrepareAsync(run, package, Few, spare, withPeer: false);
        await using var large = await InstallBed.PrepareAsync(run, package, many, spare, withPeer: false);
        await small.OpenAsync();
        await large.OpenAsync();
        await small.InstallAsync(small.Take(count * 3));
        await large.InstallAsync(large.Take(count * 3));

        Pairs latency = new(), rate = new();
        for (var i = 0; i < run.Rounds; i++)
        {
            var few = await small.InstallAsync(small.Take(count));
            var all = await large.InstallAsync(large.Take(count));
            latency.Add(new Round(all.P95Ms!.Value), new Round(few.P95Ms!.Value));
            rate.Add(all, few);
        }

        return
        [
            BenchResult.Of("b5-million", $"p95 of an install at {many:#,0} users beside {Few:#,0}; in process", "ms", latency, $"itself at {Few:#,0} users", new Goal(1.2, IsUpper: true),
                $"p50 {rate.Ours.P50Ms:0.##} ms beside {rate.Theirs.P50Ms:0.##} ms, p99 {rate.Ours.P99Ms:0.##} ms beside {rate.Theirs.P99Ms:0.##} ms, 16 at once."),
            BenchResult.Of("b5-million-rate", $"installs at {many:#,0} users beside {Few:#,0}", "installs/s", rate, $"itself at {Few:#,0} users", null),
        ];
    }
}
