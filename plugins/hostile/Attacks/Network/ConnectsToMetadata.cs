namespace Hostile.Attacks.Network;

public sealed class ConnectsToMetadata : Attack
{
    public override string Title => "connects to the metadata address of a cloud (169.254.169.254)";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("169.254.169.254", target.MetadataPort);
        return "reached: connected";
    }
}
