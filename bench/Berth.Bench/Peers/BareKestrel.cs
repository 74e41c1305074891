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
}
