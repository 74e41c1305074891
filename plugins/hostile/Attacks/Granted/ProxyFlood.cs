using System.Net.Sockets;
using System.Text;

namespace Hostile.Attacks.Granted;

public sealed class ProxyFlood : Attack
{
    private const int AtOnce = 48;

    public override string Title => "asks its proxy for tunnels and addresses without end, many at once";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        await WayOut.DemandAsync(context);
        var (proxy, token, call) = (WayOut.ProxyOf(context), Broker.Token(context.RequestServices), Broker.CallOf(context));
        string[] heads =
        [
            WayOut.Tunnel("granted.example:8080", token, call), WayOut.Tunnel("inside.example:8080", token, call), WayOut.Tunnel("nobody.example:8080", token, call), WayOut.Tunnel("granted.example:8080", null, call),
            WayOut.Tunnel("granted.example:8080", token, null), WayOut.Plain("inside.example:8080", token, call),
        ];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var asked = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => FloodAsync(proxy, Encoding.ASCII.GetBytes(heads[i % heads.Length]), limit.Token)));
        return $"did: asked {asked.Sum()} times";
    }

    private static async Task<int> FloodAsync(string proxy, byte[] head, CancellationToken cancellationToken)
    {
        var asked = 0;
        var buffer = new byte[1024];
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var socket = await WayOut.ConnectAsync(proxy);
                await socket.SendAsync(head, cancellationToken);
                await socket.ReceiveAsync(buffer, cancellationToken);
                asked++;
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Refused, or the time is over.
            }
        }

        return asked;
    }
}
