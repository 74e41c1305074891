namespace Hostile.Attacks.Network;

public sealed class ConnectsToNeighbour : Attack
{
    public override string Title => "connects to another plugin's worker";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        if (target.WorkerSockets.Count == 0)
            throw new InvalidOperationException("No socket was told.");
        var refusals = new List<string>();
        foreach (var path in target.WorkerSockets)
        {
            using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
                return $"reached: {path}";
            }
            catch (System.Net.Sockets.SocketException exception)
            {
                refusals.Add(exception.Message);
            }
        }

        return $"stopped: {refusals.Count} sockets: {string.Join(", ", refusals.Distinct())}";
    }
}
