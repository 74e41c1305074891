using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>B8: a plugin's own endpoint at isolation level process, beside YARP alone in front of a minimal API.</summary>
internal sealed class WorkerCallBenchmark : IBenchmark
{
    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var (behind, proxy, address) = await BareKestrel.StartBehindProxyAsync(run.NewFolder("bare"));
        using var last = behind;
        using var first = proxy;
        var pairs = await CallPair.RunAsync(run, Packages.AtLevel("Echo", "1.0.0", "process"), address, proxy, behind);
        return
        [
            BenchResult.Of(
                "b8-process", $"call a plugin's endpoint (GET {CallPair.Path} with a bearer token), level process", "requests/s", pairs, "YARP alone, a minimal API behind it", new Goal(0.9),
                $"processor time a request, both processes of either side: {pairs.Ours.CpuMicroseconds:0} µs, the peer {pairs.Theirs.CpuMicroseconds:0} µs."),
        ];
    }
}
