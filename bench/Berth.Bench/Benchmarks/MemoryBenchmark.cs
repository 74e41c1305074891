using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;
using Berth.Packaging.Archive;

namespace Berth.Bench.Benchmarks;

/// <summary>B12: the memory of one server after it has done the work of B1 to B5, beside Verdaccio after downloads and publishes.</summary>
internal sealed class MemoryBenchmark : IBenchmark
{
    private const string Slug = "Pictures";
    private const double GoalMegabytes = 200;

    // Both may give back what only the work needed.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        using var server = await ServerProcess.StartAsync(run.NewFolder("server"));
        var client = server.Client;
        var started = server.Process.Memory;
        var files = Packages.Files(43, 8 * 1024, seed: 12);
        var package = Packages.FrontEnd(Slug, "1.0.0", files);
        await client.PublishAsync(package);
        var users = await client.CreateUsersAsync(run.IsQuick ? 500 : 5_000);
        await client.InstallAsync(users[0], Slug, "1.0.0");

        var file = await client.AddressOfAsync(users[0], Slug, Packages.Entry);
        var download = new Uri(client.Registry, $"/api/v1/plugins/{Slug}/1.0.0/download");
        var token = new Dictionary<string, string> { ["Authorization"] = $"Bearer {users[0].Token}" };
        await Wrk.RunAsync(file, run.WarmUp, server.Process, new Dictionary<string, string>());
        var tag = (await client.FetchAsync(file, new Dictionary<string, string>())).ETag;
        await Wrk.RunAsync(file, run.WarmUp, server.Process, new Dictionary<string, string> { ["If-None-Match"] = tag });
        await Wrk.RunAsync(download, run.WarmUp, server.Process, token);
        var served = server.Process.Memory;
        var packages = Enumerable.Range(0, run.IsQuick ? 100 : 1_000).Select(i => Packages.FrontEnd($"Other{i}", "1.0.0", [new PackageInput(Packages.Entry, Scripts.Module(200 * 1024, i))])).ToList();
        await Callers.RunAsync(packages, client.PublishAsync);
        var published = server.Process.Memory;
        await Callers.RunAsync(users.Skip(1).ToList(), user => client.InstallAsync(user, Slug, "1.0.0"));
        var worked = server.Process.Memory;
        await Task.Delay(Quiet);
        var after = server.Process.Memory;

        return
        [
            new BenchResult
            {
                Id = "b12",
                Work = $"resident memory of the server after files, 304s, downloads, {packages.Count:#,0} publishes and {users.Count:#,0} installs",
                Unit = "MB",
                Berth = new Measured(Megabytes(after)),
                Peer = await VerdaccioAsync(run, packages) is { } peer ? new Measured(peer) { Name = $"{Verdaccio.Name} after downloads and publishes" } : null,
                Goal = $"≤ {GoalMegabytes:0} MB",
                Met = Megabytes(after) <= GoalMegabytes,
                Note = $"after the start {Megabytes(started):0} MB, after files and downloads {Megabytes(served):0} MB, after publishes {Megabytes(published):0} MB, after installs {Megabytes(worked):0} MB, and {Quiet.TotalSeconds:0} seconds later what the table says; the most it ever had {Megabytes(server.Process.PeakMemory):0} MB.",
            },
        ];
    }

    private static async Task<double?> VerdaccioAsync(BenchRun run, IReadOnlyList<byte[]> packages)
    {
        if (Verdaccio.Missing is not null)
            return null;
        using var verdaccio = await Verdaccio.StartAsync(run);
        var address = await verdaccio.PublishAsync("pictures", packages[0]);
        await Wrk.RunAsync(address, run.WarmUp, verdaccio.Process, new Dictionary<string, string>());
        await Callers.RunAsync(packages.Select((bytes, i) => (Name: $"other{i}", Bytes: bytes)).ToList(), other => verdaccio.PublishAsync(other.Name, other.Bytes));
        await Task.Delay(Quiet);
        return Megabytes(verdaccio.Process.Memory);
    }

    private static double Megabytes(long bytes) => Math.Round(bytes / 1e6, 1);
}
