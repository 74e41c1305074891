using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>B10: search over HTTP among 10,000 plugins under load, and among 100,000 one request after another.</summary>
internal sealed class SearchBenchmark : IBenchmark
{
    private const int Connections = 16;

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run) => [await UnderLoadAsync(run, 10_000), await AloneAsync(run, run.IsQuick ? 20_000 : 100_000)];

    private static async Task<BenchResult> UnderLoadAsync(BenchRun run, int count)
    {
        using var bed = await SearchBed.StartAsync(run, count);
        await bed.LoadAsync(run.WarmUp, bed.Queries(20_000, seed: 1));
        var rounds = new List<Round>();
        for (var round = 0; round < run.Rounds; round++)
            rounds.Add(await bed.LoadAsync(run.RoundTime, bed.Queries(20_000, seed: 2 + round)));

        var median = Figures.Median(rounds.ConvertAll(round => round.Value));
        return new BenchResult
        {
            Id = "b10",
            Work = $"search among {count:#,0} plugins over HTTP, {Connections} connections, ten results with facets, no query twice in a row",
            Unit = "searches/s",
            Berth = new Measured(median)
            {
                Rounds = rounds.ConvertAll(round => round.Value),
                P50Ms = Figures.Median(rounds.ConvertAll(round => round.P50Ms ?? 0)),
                P99Ms = Figures.Median(rounds.ConvertAll(round => round.P99Ms ?? 0)),
            },
            Goal = "≥ 3000",
            Met = median >= 3_000,
            Note = $"No peer: the goal is a number. The load comes from the same processors; a search took {Figures.Median(rounds.ConvertAll(round => round.CpuMicroseconds ?? 0)):0} µs of the server's. The server's memory: {bed.MegabytesOfServer:0} MB.",
        };
    }

    private static async Task<BenchResult> AloneAsync(BenchRun run, int count)
    {
        using var bed = await SearchBed.StartAsync(run, count);
        await bed.EachAsync(bed.Queries(1_000, seed: 1));
        var times = await bed.EachAsync(bed.Queries(run.IsQuick ? 1_000 : 5_000, seed: 9));
        var p99 = Figures.Percentile(times, 0.99);
        return new BenchResult
        {
            Id = "b10-large",
            Work = $"search among {count:#,0} plugins over HTTP, one request after another: p99",
            Unit = "ms",
            Berth = new Measured(p99) { P50Ms = Figures.Percentile(times, 0.5), P99Ms = p99 },
            Goal = "< 20",
            Met = p99 < 20,
            Note = $"The server's memory: {bed.MegabytesOfServer:0} MB. The first search took {bed.FirstSearch.TotalMilliseconds:0} ms; all plugins were listed {bed.Listed.TotalSeconds:0.0} s after the start.",
        };
    }
}
