namespace Hostile.Attacks.Protocol;

public sealed class BrokerConnections : Attack
{
    public override string Title => "holds as many connections to the host's broker as it can, and says nothing";

    public override bool NeedsWorker => true;

    private static readonly List<System.Net.Sockets.Socket> Held = [];

    // Twice as many as the host permits, and so few that the worker has files left for itself.
    private const int Wanted = 600;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        try
        {
            while (Held.Count < Wanted)
                Held.Add(await Broker.ConnectAsync(target));
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Its own limit of open files.
        }

        // What the host broke off has been told so by then: it is asked in the order of the connections, and the last is kept or not.
        var open = 0;
        foreach (var socket in Held)
            open += await IsOpenAsync(socket) ? 1 : 0;
        return open < Held.Count / 2 ? $"stopped: {open} of {Held.Count} stay open" : $"reached: {open} of {Held.Count} stay open";
    }

    // The host waits for a request, or has closed.
    private static async Task<bool> IsOpenAsync(System.Net.Sockets.Socket socket)
    {
        using var limit = new CancellationTokenSource(2);
        try
        {
            return await socket.ReceiveAsync(new byte[1], limit.Token) > 0;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
