using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>B5: install a plugin of 44 files that is in the store, durably, 16 users at once, as users grow.</summary>
internal sealed class InstallBenchmark : IBenchmark
{
    private const string PeerName = "bare SQLite transaction, same rows";
    private const int Few = 1_000;
    private readonly Goal _goal = new(0.5);

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        // plugin.json and 43 files.
        var files = Packages.Files(43, 8 * 1024, seed: 5);
        var (many, count) = run.IsQuick ? (10_000, 400) : (100_000, 1_000);
        var spare = count * ((run.Rounds * 2) + 8);
        await using var small = await InstallBed.PrepareAsync(run, Packages.FrontEnd(InstallBed.Slug, InstallBed.Version, files), Few, spare);
        await using var large = await InstallBed.PrepareAsync(run, Packages.FrontEnd(InstallBed.Slug, InstallBed.Version, files), many, spare);
        await small.OpenAsync();
        await large.OpenAsync();
        await WarmAsync(small, count);
        await WarmAsync(large, count);

        Pairs atFew = new(), atMany = new(), growth = new();
        for (var i = 0; i < run.Rounds; i++)
        {
            var (few, fewBare) = (await small.InstallAsync(small.Take(count)), await small.Peer.RunAsync(PeerUsers(small, i, count)));
            var (all, allBare) = (await large.InstallAsync(large.Take(count)), await large.Peer.RunAsync(PeerUsers(large, i, count)));
            atFew.Add(few, fewBare);
            atMany.Add(all, allBare);
            growth.Add(new Round(all.P95Ms!.Value), new Round(few.P95Ms!.Value));
        }

        await small.CloseAsync();
        await large.CloseAsync();
        return
        [
            BenchResult.Of("b5", $"install a 44-file plugin, durable, 16 users at once, {many:#,0} have it; in process", "installs/s", atMany, PeerName, _goal, Latencies(atMany)),
            BenchResult.Of("b5-few", $"the same with {Few:#,0} users", "installs/s", atFew, PeerName, _goal, Latencies(atFew)),
            BenchResult.Of("b5-growth", $"p95 of an install at {many:#,0} users beside {Few:#,0}", "ms", growth, $"itself at {Few:#,0} users", new Goal(1.2, IsUpper: true)),
            await OverHttpAsync(run, large, many, count),
            await WithCodeAsync(run, files, spare, count),
        ];
    }

    private async Task<BenchResult> OverHttpAsync(BenchRun run, InstallBed bed, int many, int count)
    {
        using var server = await ServerProcess.StartAsync(bed.Folder);
        await InstallBed.InstallAsync(server.Client, bed.Take(count * 2));
        var round = run.Rounds;
        var pairs = await Pairs.RunAsync(run.Rounds,
            () => InstallBed.InstallAsync(server.Client, bed.Take(count)),
            () => bed.Peer.RunAsync(PeerUsers(bed, round++, count)));
        return BenchResult.Of("b5-http", $"the same over HTTP, 16 connections, each user with a token of their own, {many:#,0} have it", "installs/s", pairs, PeerName, _goal, Latencies(pairs));
    }

    /// <summary>A plugin with code of its own is asked too, step by step, journaled: more rows and three commits.</summary>
    private static async Task<BenchResult> WithCodeAsync(BenchRun run, IReadOnlyList<Berth.Packaging.Archive.PackageInput> files, int spare, int count)
    {
        await using var bed = await InstallBed.PrepareAsync(run, Packages.FullStack(InstallBed.Slug, InstallBed.Version, [.. files.Take(42)]), Few, spare);
        await bed.OpenAsync();
        await WarmAsync(bed, count);
        var round = 0;
        var pairs = await Pairs.RunAsync(run.Rounds, () => bed.InstallAsync(bed.Take(count)), () => bed.Peer.RunAsync(PeerUsers(bed, round++, count)));
        return BenchResult.Of("b5-code", "install a 44-file plugin with a lifecycle manager of its own; in process", "installs/s", pairs, PeerName, null,
            $"journaled step by step, so that the plugin's own code can fail; no goal. {Latencies(pairs)}");
    }

    private static async Task WarmAsync(InstallBed bed, int count)
    {
        await bed.InstallAsync(bed.Take(count * 3));
        await bed.Peer.RunAsync(bed.PeerUsers.Take(count).ToArray());
    }

    private static string[] PeerUsers(InstallBed bed, int round, int count) => bed.PeerUsers.Skip(count * (round + 1)).Take(count).ToArray();

    private static string Latencies(Pairs pairs) =>
        $"p50 {pairs.Ours.P50Ms:0.##} ms, p95 {pairs.Ours.P95Ms:0.##} ms with 16 at once; the peer alone p50 {pairs.Theirs.P50Ms:0.##} ms, p95 {pairs.Theirs.P95Ms:0.##} ms.";
}
