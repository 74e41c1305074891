using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Berth.Worker.Probe;

/// <summary>What an honest plugin and the runtime under it do; all of it has to go on working.</summary>
internal static class OrdinaryWork
{
    public static async Task<string> DoAsync()
    {
        Collect();
        await OnManyThreadsAsync();
        await Task.Delay(5);
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2)))
            await timer.WaitForNextTickAsync();
        await FilesAsync();
        await SocketPairAsync();
        _ = SHA256.HashData(RandomNumberGenerator.GetBytes(32));
        using (var key = RSA.Create(2048))
            _ = key.SignData([1], HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        _ = Regex.IsMatch("berth", "^[a-z]+$", RegexOptions.Compiled, TimeSpan.FromSeconds(1));
        _ = TimeZoneInfo.Local.BaseUtcOffset;
        return await KestrelAsync();
    }

    private static void Collect()
    {
        for (var i = 0; i < 200; i++)
            _ = GC.AllocateUninitializedArray<byte>(100_000);
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static async Task OnManyThreadsAsync()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 64), (_, _) => ValueTask.CompletedTask);
        // A collection stops threads that run managed code and make no calls.
        var spinning = Enumerable.Range(0, 3).Select(_ => Task.Run(() => { for (var i = 0L; i < 20_000_000; i++) { } })).ToArray();
        GC.Collect();
        await Task.WhenAll(spinning);
    }

    private static async Task FilesAsync()
    {
        var folder = Directory.CreateTempSubdirectory("work-");
        var file = Path.Combine(folder.FullName, "a");
        await File.WriteAllTextAsync(file, "text");
        File.Copy(file, file + "2");
        File.Move(file + "2", file + "3");
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            stream.Flush(flushToDisk: true);
        using (var watcher = new FileSystemWatcher(folder.FullName))
            watcher.EnableRaisingEvents = true;
        folder.Delete(recursive: true);
    }

    private static async Task SocketPairAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), "pair");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        using var server = await listener.AcceptAsync();
        await client.SendAsync(new byte[10]);
        await server.ReceiveAsync(new byte[10]);
        File.Delete(path);
    }

    private static async Task<string> KestrelAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), "kestrel");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path));
        await using var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("ok"));
        await app.StartAsync();
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler);
        var answer = await http.GetStringAsync("http://worker/");
        await app.StopAsync();
        return answer;
    }
}
