using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>B3: a package of 100 KB from the registry, beside nginx and beside Verdaccio.</summary>
internal sealed class DownloadBenchmark : IBenchmark
{
    private const string Slug = "Atlas";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        // Printable random text deflates to about 82 %.
        var package = Packages.FrontEnd(Slug, "1.0.0", Packages.Files(4, 31 * 1024, seed: 3));
        var folder = run.NewFolder("static");
        await File.WriteAllBytesAsync(Path.Combine(folder, "file.berth"), package);
        using var nginx = await Nginx.StartAsync(run, folder);
        using var server = await ServerProcess.StartAsync(run.NewFolder("server"));
        await server.Client.PublishAsync(package);
        var user = (await server.Client.CreateUsersAsync(1))[0];

        var ours = new Uri(server.Client.Registry, $"/api/v1/plugins/{Slug}/1.0.0/download");
        var theirs = new Uri(nginx.Address, "/file.berth");
        var headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {user.Token}" };
        var nothing = new Dictionary<string, string>();
        if (!(await server.Client.FetchAsync(ours, headers)).Bytes.AsSpan().SequenceEqual(package))
            throw new InvalidOperationException("The registry does not give the bytes that were published.");

        await Wrk.RunAsync(ours, run.WarmUp, server.Process, headers);
        await Wrk.RunAsync(theirs, TimeSpan.FromSeconds(1), nginx.Process, nothing);
        var pairs = await Pairs.RunAsync(run.Rounds,
            () => Wrk.RunAsync(ours, run.RoundTime, server.Process, headers),
            () => Wrk.RunAsync(theirs, run.RoundTime, nginx.Process, nothing));
        var results = new List<BenchResult>
        {
            BenchResult.Of("b3", $"download a package of {package.Length / 1024} KB from the registry, 16 connections", "requests/s", pairs, FileBed.PeerName, new Goal(0.8)),
        };
        if (Verdaccio.Missing is { } reason)
            return [.. results, new BenchResult { Id = "b3-verdaccio", Work = "not measured", Unit = "-", Note = reason }];

        using var verdaccio = await Verdaccio.StartAsync(run);
        var tarball = await verdaccio.PublishAsync("atlas", package);
        if (!(await server.Client.FetchAsync(tarball, nothing)).Bytes.AsSpan().SequenceEqual(package))
            throw new InvalidOperationException("Verdaccio does not give the bytes that were published.");
        await Wrk.RunAsync(tarball, run.WarmUp, verdaccio.Process, nothing);
        var beside = await Pairs.RunAsync(run.Rounds,
            () => Wrk.RunAsync(ours, run.RoundTime, server.Process, headers),
            () => Wrk.RunAsync(tarball, run.RoundTime, verdaccio.Process, nothing));
        return [.. results, BenchResult.Of("b3-verdaccio", "the same", "requests/s", beside, Verdaccio.Name, new Goal(6), "Verdaccio answers without asking who it is; Berth asks for a token.")];
    }
}
