namespace Hostile.Attacks.Network;

public sealed class ConnectsToAbstractSocket : Attack
{
    public override string Title => "connects to an abstract Unix socket of the machine";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint("\0" + target.AbstractSocket));
        return "reached: connected";
    }
}
