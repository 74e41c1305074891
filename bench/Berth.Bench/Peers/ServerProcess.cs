namespace Berth.Bench.Peers;

/// <summary>Berth's server as it ships, in a process of its own, with only the rate limits off.</summary>
internal sealed class ServerProcess : IDisposable
{
    public const string AdminToken = "berth_pat_administrator-of-the-benchmarks";

    private ServerProcess(ChildProcess process, Uri host, Uri registry)
    {
        Process = process;
        Client = new BerthClient(host, registry, AdminToken);
    }

    public ChildProcess Process { get; }

    public BerthClient Client { get; }

    public static async Task<ServerProcess> StartAsync(string dataDirectory, params (string Name, string Value)[] settings)
    {
        var program = BenchRun.Built("src/Berth.Server", "berth-server.dll");
        var process = ChildProcess.Start("dotnet", [program], dataDirectory,
            [
                ("BERTH_DATA_DIR", dataDirectory), ("BERTH_HOST_URLS", "http://127.0.0.1:0"), ("BERTH_REGISTRY_URLS", "http://127.0.0.1:0"),
                ("BERTH_ADMIN_TOKEN", AdminToken), ("BERTH_RATE_LIMITS", "off"), .. settings,
            ]);
        var said = await process.ReadUntilAsync("Registry: ", "Host: ");
        return new ServerProcess(process, new Uri(said["Host: "]), new Uri(said["Registry: "]));
    }

    public void Dispose()
    {
        Client.Dispose();
        Process.Dispose();
    }
}
