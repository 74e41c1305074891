using System.Globalization;
using Berth.Bench.Results;
using Berth.Server.Tests.Kills;

namespace Berth.Bench.Benchmarks;

/// <summary>B13: the host killed with -9 at random moments while 16 clients work; what it acknowledged must stand, nothing may be half done.</summary>
internal sealed class KillBenchmark : IBenchmark
{
    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var kills = run.IsQuick ? 20 : 200;
        var seed = Environment.TickCount;
        var report = await KillRun.RunAsync(
            BenchRun.Built("src/Berth.Server", "berth-server.dll"), run.NewFolder("kills"), "sqlite", Packages(), kills, seed, text => BenchRun.Say($"  {text}"));
        var lost = report.Differences.Count + report.Findings.Count;
        var times = report.Recoveries.Select(time => time.TotalMilliseconds).Order().ToList();
        return
        [
            new BenchResult
            {
                Id = "b13",
                Work = $"kill -9 of the host, {kills} times, while 16 clients work: acknowledged operations lost or half done, and findings of the doctor",
                Unit = "operations",
                Berth = new Measured(lost),
                Goal = "0",
                Met = lost == 0,
                Failed = lost > 0,
                Note = string.Create(CultureInfo.InvariantCulture,
                    $"seed {seed}; {report.Acknowledged:#,0} acknowledged, {report.CutOff:#,0} cut off by a kill ({report.CutOffButDone:#,0} of them had happened wholly, the others not at all). {string.Join(" ", report.Differences.Concat(report.Findings).Take(5))}"),
            },
            new BenchResult
            {
                Id = "b13-restart",
                Work = "from the kill of the host until the next process is ready, recovery included",
                Unit = "ms",
                Berth = new Measured(times[times.Count / 2]) { P95Ms = times[(int)(times.Count * 0.95)] },
                Note = string.Create(CultureInfo.InvariantCulture, $"p95 {times[(int)(times.Count * 0.95)]:0} ms; the start of the .NET runtime is in it."),
            },
        ];
    }

    private static IEnumerable<byte[]> Packages() =>
        new[] { PluginModel.Old, PluginModel.New }.Select(version => File.ReadAllBytes(Path.Combine(BenchRun.Root, "artifacts", "plugins", $"{KillRun.WithCode}-{version}.berth")));
}
