using System.Text;
using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>B8: a plugin's own endpoint at isolation level none, beside a minimal API alone.</summary>
internal sealed class CallBenchmark : IBenchmark
{
    private const string Path = "/p/Echo/version";
    private const string Work = "call a plugin's endpoint (GET /p/Echo/version with a bearer token), level";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var (bare, address) = await BareKestrel.StartAsync(run.NewFolder("bare"));
        using var alone = bare;
        using var server = await ServerProcess.StartAsync(run.NewFolder("server"));
        await server.Client.PublishAsync(Packages.FullStack("Echo", "1.0.0", Packages.Files(1, 1024, seed: 8)));
        var user = (await server.Client.CreateUsersAsync(1))[0];
        await server.Client.InstallAsync(user, "Echo", "1.0.0");

        var ours = new Uri(server.Client.Host, Path);
        var theirs = new Uri(address, Path);
        var headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {user.Token}" };
        var nothing = new Dictionary<string, string>();
        var ourAnswer = Encoding.UTF8.GetString((await server.Client.FetchAsync(ours, headers)).Bytes);
        var theirAnswer = Encoding.UTF8.GetString((await server.Client.FetchAsync(theirs, nothing)).Bytes);
        if (ourAnswer != theirAnswer)
            throw new InvalidOperationException($"The plugin answers '{ourAnswer}', the peer '{theirAnswer}'.");

        await Wrk.RunAsync(ours, run.WarmUp, server.Process, headers);
        await Wrk.RunAsync(theirs, run.WarmUp, bare, nothing);
        var pairs = await Pairs.RunAsync(run.Rounds,
            () => Wrk.RunAsync(ours, run.RoundTime, server.Process, headers),
            () => Wrk.RunAsync(theirs, run.RoundTime, bare, nothing));
        return
        [
            BenchResult.Of("b8", $"{Work} none", "requests/s", pairs, "bare Kestrel minimal API", new Goal(0.95)),
            new BenchResult { Id = "b8-process", Work = $"{Work} process", Unit = "requests/s", Goal = new Goal(0.9).ToString(), Note = "not there yet: this version runs plugins at level none only." },
        ];
    }
}
