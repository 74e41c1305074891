using System.Net.Sockets;

namespace Hostile.Attacks.Granted;

public sealed class ProxyConnections : Attack
{
    private const int Wanted = 400;

    // What a plugin may have open at once, and what is being closed just then.
    private const int Most = 80;

    private static readonly List<Socket> Held = [];

    public override string Title => "holds as many connections to its proxy as it can, and says nothing";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        await WayOut.DemandAsync(context);
        var proxy = WayOut.ProxyOf(context);
        var until = Environment.TickCount64 + 2000;
        while (Held.Count < Wanted && Environment.TickCount64 < until)
        {
            try
            {
                Held.Add(await WayOut.ConnectAsync(proxy));
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain or SocketError.NoBufferSpaceAvailable)
            {
                // Those before it have not been taken yet.
                await Task.Delay(5);
            }
        }

        var open = 0;
        foreach (var socket in Held)
            open += await IsOpenAsync(socket) ? 1 : 0;
        return open <= Most ? $"stopped: {open} of {Held.Count} stay open" : $"reached: {open} of {Held.Count} stay open";
    }

    // One that is too many is told so, and closed; the others wait for what never comes.
    private static async Task<bool> IsOpenAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(10);
        try
        {
            return await socket.ReceiveAsync(new byte[1], limit.Token) < 0;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
