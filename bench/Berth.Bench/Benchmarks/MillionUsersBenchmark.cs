using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>B6 to its end: what the server's memory grows by when a million installations lie in the database and their users come in no order.</summary>
internal sealed class MillionUsersBenchmark : IBenchmark
{
    private const int Few = 1_000;
    private const int FileEvery = 10;
    private readonly Goal _goal = new(100, IsUpper: true);

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var (many, visits) = run.IsQuick ? (20_000, 4_000) : (1_000_000, 200_000);
        var package = Packages.FullStack(InstallBed.Slug, InstallBed.Version, Packages.Files(42, 8 * 1024, seed: 6));
        var few = await ServeAsync(run, package, Few, visits);
        var all = await ServeAsync(run, package, many, visits);
        var work = $"{many:#,0} installations, {visits:#,0} visits of users at random, a call each and every {FileEvery}th also a file";
        return
        [
            new BenchResult
            {
                Id = "b6-million", Work = $"{work}: growth of the server's memory", Unit = "MB",
                Berth = new Measured(all.GrowthMb), Peer = new Measured(few.GrowthMb) { Name = $"itself at {Few:#,0} installations" },
                Goal = _goal.ToString(), Met = _goal.IsMetBy(all.GrowthMb),
                Note = $"resident set, garbage not yet collected included, over the same process after {Few:#,0} visits; managed heap {all.ManagedMb:+0.0;-0.0} MB, peak of the process {all.PeakMb:0} MB, beside {few.ManagedMb:+0.0;-0.0} and {few.PeakMb:0} MB at {Few:#,0}.",
            },
            new BenchResult
            {
                Id = "b6-million-size", Work = "the server's memory at the end, beside the same visits at few installations", Unit = "MB",
                Berth = new Measured(all.EndMb), Peer = new Measured(few.EndMb) { Name = $"itself at {Few:#,0} installations" },
                Goal = $"{_goal} more", Met = _goal.IsMetBy(all.EndMb - few.EndMb),
            },
            new BenchResult
            {
                Id = "b6-million-rate", Work = "visits meanwhile, most of users whom the server has not seen", Unit = "visits/s",
                Berth = new Measured(all.PerSecond), Peer = new Measured(few.PerSecond) { Name = $"itself at {Few:#,0} installations" }, Ratio = all.PerSecond / few.PerSecond,
            },
        ];
    }

    private static async Task<Served> ServeAsync(BenchRun run, byte[] package, int installed, int visits)
    {
        await using var bed = await InstallBed.PrepareAsync(run, package, installed, waiting: 0, withPeer: false);
        using var server = await ServerProcess.StartAsync(bed.Folder);
        var random = new Random(6);
        await VisitAsync(server.Client, Some(bed, random, Few));
        var before = await server.Client.StatsAsync();
        var round = await VisitAsync(server.Client, Some(bed, random, visits));
        var after = await server.Client.StatsAsync();
        return new Served(Mb(after, "process_bytes"), Mb(after, "process_bytes") - Mb(before, "process_bytes"), Mb(after, "managed_bytes") - Mb(before, "managed_bytes"), server.Process.PeakMemory / 1e6, round.Value);
    }

    private static (BenchUser User, bool WithFile)[] Some(InstallBed bed, Random random, int count) =>
        [.. random.GetItems(bed.Installed.ToArray(), count).Select((id, i) => (new BenchUser(id, Crowd.TokenOf(id)), i % FileEvery == 0))];

    private static Task<Round> VisitAsync(BerthClient client, (BenchUser User, bool WithFile)[] visits) => Callers.RunAsync(visits, async visit =>
    {
        if (await client.CallAsync(visit.User, $"/p/{InstallBed.Slug}/version") != InstallBed.Version)
            throw new InvalidOperationException("The plugin answered with another version.");
        if (visit.WithFile)
            await client.FetchAsync(await client.AddressOfAsync(visit.User, InstallBed.Slug, Packages.Entry), new Dictionary<string, string>(StringComparer.Ordinal));
    });

    private static double Mb(System.Text.Json.JsonElement stats, string name) => stats.GetProperty("memory").GetProperty(name).GetInt64() / 1e6;

    private sealed record Served(double EndMb, double GrowthMb, double ManagedMb, double PeakMb, double PerSecond);
}
