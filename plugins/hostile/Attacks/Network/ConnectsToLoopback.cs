namespace Hostile.Attacks.Network;

public sealed class ConnectsToLoopback : Attack
{
    public override string Title => "connects to a port of the machine";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", target.LoopbackPort);
        return "reached: connected";
    }
}
