using System.Net.Sockets;

namespace Hostile.Attacks.Granted;

public sealed class PassesProxyBy : Attack
{
    public override string Title => "may reach every host, and connects past the proxy";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        await WayOut.DemandAsync(context);
        var refusals = new List<string>();
        foreach (var (address, port) in new[] { ("127.0.0.1", target.LoopbackPort), ("169.254.169.254", target.MetadataPort), ("1.2.3.4", 8080) })
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(address, port);
                return $"reached: {address}";
            }
            catch (SocketException exception)
            {
                refusals.Add(exception.Message);
            }
        }

        return $"stopped: {string.Join(", ", refusals.Distinct())}";
    }
}
