using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>B1: a 50 KB file of a plugin, through the capability segment and with a bearer token, beside nginx.</summary>
internal sealed class FileBenchmark : IBenchmark
{
    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        using var bed = await FileBed.StartAsync(run);
        var goal = new Goal(0.8);
        return
        [
            BenchResult.Of("b1", "GET a 50 KB plugin file through the capability path, 16 connections", "requests/s",
                await bed.CompareAsync(bed.ByCapability, []), FileBed.PeerName, goal),
            BenchResult.Of("b1-bearer", "the same with a bearer token", "requests/s",
                await bed.CompareAsync(bed.ByToken, bed.TokenHeaders), FileBed.PeerName, goal),
        ];
    }
}

/// <summary>B2: the same file, which the client has already: 304 from both.</summary>
internal sealed class ConditionalFileBenchmark : IBenchmark
{
    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        using var bed = await FileBed.StartAsync(run);
        return
        [
            BenchResult.Of("b2", "the same, conditional (304)", "requests/s",
                await bed.CompareAsync(bed.ByCapability, [], isConditional: true), FileBed.PeerName, new Goal(1.0)),
            BenchResult.Of("b2-bearer", "the same, conditional (304), with a bearer token", "requests/s",
                await bed.CompareAsync(bed.ByToken, bed.TokenHeaders, isConditional: true), FileBed.PeerName, new Goal(1.0)),
        ];
    }
}

/// <summary>A server with one user who has one plugin, and nginx over the same bytes.</summary>
internal sealed class FileBed : IDisposable
{
    public const string PeerName = "nginx, 2 workers";
    private const string Slug = "Pictures";
    private readonly BenchRun _run;
    private readonly ServerProcess _server;
    private readonly Nginx _nginx;

    private FileBed(BenchRun run, ServerProcess server, Nginx nginx)
    {
        _run = run;
        _server = server;
        _nginx = nginx;
    }

    public required Uri ByCapability { get; init; }

    public required Uri ByToken { get; init; }

    public required Dictionary<string, string> TokenHeaders { get; init; }

    public static async Task<FileBed> StartAsync(BenchRun run)
    {
        var files = Packages.Files(1, 50 * 1024, seed: 1);
        var folder = run.NewFolder("static");
        await File.WriteAllBytesAsync(Path.Combine(folder, "file.js"), files[0].Content.ToArray());
        var nginx = await Nginx.StartAsync(run, folder);
        ServerProcess? server = null;
        try
        {
            server = await ServerProcess.StartAsync(run.NewFolder("server"));
            await server.Client.PublishAsync(Packages.FrontEnd(Slug, "1.0.0", files));
            var user = (await server.Client.CreateUsersAsync(1))[0];
            await server.Client.InstallAsync(user, Slug, "1.0.0");
            return new FileBed(run, server, nginx)
            {
                ByCapability = await server.Client.AddressOfAsync(user, Slug, Packages.Entry),
                ByToken = new Uri(server.Client.Host, $"/api/v1/public/plugins/{user.Id}_{Slug}/{Packages.Entry}"),
                TokenHeaders = new() { ["Authorization"] = $"Bearer {user.Token}" },
            };
        }
        catch
        {
            server?.Dispose();
            nginx.Dispose();
            throw;
        }
    }

    /// <summary>Checks that both give the same bytes, warms both up, and lets them run in turns.</summary>
    public async Task<Pairs> CompareAsync(Uri ours, Dictionary<string, string> headers, bool isConditional = false)
    {
        var theirs = new Uri(_nginx.Address, "/file.js");
        var (ourBytes, ourTag) = await _server.Client.FetchAsync(ours, headers);
        var (theirBytes, theirTag) = await _server.Client.FetchAsync(theirs, new Dictionary<string, string>());
        if (!ourBytes.AsSpan().SequenceEqual(theirBytes))
            throw new InvalidOperationException("Berth and nginx do not serve the same bytes.");

        Dictionary<string, string> ourHeaders = new(headers), theirHeaders = [];
        if (isConditional)
        {
            ourHeaders["If-None-Match"] = ourTag;
            theirHeaders["If-None-Match"] = theirTag;
        }

        await Wrk.RunAsync(ours, _run.WarmUp, _server.Process, ourHeaders);
        await Wrk.RunAsync(theirs, TimeSpan.FromSeconds(1), _nginx.Process, theirHeaders);
        return await Pairs.RunAsync(_run.Rounds,
            () => Wrk.RunAsync(ours, _run.RoundTime, _server.Process, ourHeaders),
            () => Wrk.RunAsync(theirs, _run.RoundTime, _nginx.Process, theirHeaders));
    }

    public void Dispose()
    {
        _server.Dispose();
        _nginx.Dispose();
    }
}
