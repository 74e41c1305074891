using System.Text;
using Berth.Bench.Peers;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>Measures the endpoint of the plugin Echo beside a peer that gives the same answer.</summary>
internal static class CallPair
{
    /// <summary>Where both answer.</summary>
    public const string Path = "/p/Echo/version";

    /// <summary>Alternating rounds of both.</summary>
    /// <param name="run">How long.</param>
    /// <param name="package">The plugin.</param>
    /// <param name="peer">The peer's address.</param>
    /// <param name="process">The peer's process that is called.</param>
    /// <param name="behind">One more that it needs, whose processor time counts.</param>
    public static async Task<Pairs> RunAsync(BenchRun run, byte[] package, Uri peer, ChildProcess process, ChildProcess? behind = null)
    {
        using var server = await ServerProcess.StartAsync(run.NewFolder("server"));
        await server.Client.PublishAsync(package);
        var user = (await server.Client.CreateUsersAsync(1))[0];
        await server.Client.InstallAsync(user, "Echo", "1.0.0");

        var ours = new Uri(server.Client.Host, Path);
        var theirs = new Uri(peer, Path);
        var headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {user.Token}" };
        var nothing = new Dictionary<string, string>();
        var ourAnswer = Encoding.UTF8.GetString((await server.Client.FetchAsync(ours, headers)).Bytes);
        var theirAnswer = Encoding.UTF8.GetString((await server.Client.FetchAsync(theirs, nothing)).Bytes);
        if (ourAnswer != theirAnswer)
            throw new InvalidOperationException($"The plugin answers '{ourAnswer}', the peer '{theirAnswer}'.");

        await Wrk.RunAsync(ours, run.WarmUp, server.Process, headers);
        await Wrk.RunAsync(theirs, run.WarmUp, process, nothing);
        return await Pairs.RunAsync(run.Rounds,
            () => Wrk.RunAsync(ours, run.RoundTime, server.Process, headers),
            () => Wrk.RunAsync(theirs, run.RoundTime, process, nothing, behind: behind));
    }
}
