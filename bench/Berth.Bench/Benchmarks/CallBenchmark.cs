using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>B8: a plugin's own endpoint at isolation level none, beside a minimal API alone.</summary>
internal sealed class CallBenchmark : IBenchmark
{
    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var (bare, address) = await BareKestrel.StartAsync(run.NewFolder("bare"));
        using var alone = bare;
        var pairs = await CallPair.RunAsync(run, Packages.FullStack("Echo", "1.0.0", Packages.Files(1, 1024, seed: 8)), address, bare);
        return [BenchResult.Of("b8", $"call a plugin's endpoint (GET {CallPair.Path} with a bearer token), level none", "requests/s", pairs, "bare Kestrel minimal API", new Goal(0.95))];
    }
}
