namespace Berth.Bench.Peers;

/// <summary>A minimal API that answers what the golden plugin Echo answers, in a process of its own.</summary>
internal static class BareKestrel
{
    public static async Task<(ChildProcess Process, Uri Address)> StartAsync(string folder)
    {
        var process = ChildProcess.Start("dotnet", [BenchRun.Built("bench/BareKestrel", "bare-kestrel.dll")], folder);
        var said = await process.ReadUntilAsync("Host: ");
        return (process, new Uri(said["Host: "]));
    }

    /// <summary>The same behind YARP's forwarder alone, over a Unix socket: two processes, as a host and its worker are.</summary>
    public static async Task<(ChildProcess Behind, ChildProcess Proxy, Uri Address)> StartBehindProxyAsync(string folder)
    {
        // Short: the path of a Unix socket has at most 107 bytes.
        var socket = Path.Combine(Directory.CreateTempSubdirectory("berth-bench-").FullName, "s");
        var behind = ChildProcess.Start("dotnet", [BenchRun.Built("bench/BareKestrel", "bare-kestrel.dll"), socket], folder);
        await behind.ReadUntilAsync("Host: ");
        var proxy = ChildProcess.Start("dotnet", [BenchRun.Built("bench/BareProxy", "bare-proxy.dll"), socket], folder);
        var said = await proxy.ReadUntilAsync("Host: ");
        return (behind, proxy, new Uri(said["Host: "]));
    }
}
