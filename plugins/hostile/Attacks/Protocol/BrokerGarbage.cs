namespace Hostile.Attacks.Protocol;

public sealed class BrokerGarbage : Attack
{
    public override string Title => "sends to the host's broker what is no HTTP";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        for (var i = 0; i < 100; i++)
        {
            using var socket = await Broker.ConnectAsync(target);
            var garbage = new byte[32 * 1024];
            Random.Shared.NextBytes(garbage);
            try
            {
                await socket.SendAsync(garbage);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Refused already.
            }
        }

        return "did: sent it";
    }
}
