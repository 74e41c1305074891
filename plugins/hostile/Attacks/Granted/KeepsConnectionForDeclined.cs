using System.Net.Sockets;
using System.Text;

namespace Hostile.Attacks.Granted;

public sealed class KeepsConnectionForDeclined : Attack
{
    private static Socket? _kept;

    public override string Title => "keeps a connection from the call of a user who granted the network, and sends through it in the call of one who declined";

    public override bool NeedsWorker => true;

    public override bool IsDeclined => true;

    public override bool NeedsOtherUser => true;

    public override bool IsOtherOver => true;

    public override void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/other", async (HttpContext context) =>
    {
        _kept = await WayOut.ConnectAsync(WayOut.ProxyOf(context));
        await _kept.SendAsync(Encoding.ASCII.GetBytes(WayOut.Tunnel("granted.example:8080", Broker.Token(context.RequestServices), Broker.CallOf(context))));
        var answer = new byte[1024];
        return WayOut.IsThrough(Encoding.ASCII.GetString(answer, 0, await _kept.ReceiveAsync(answer)));
    });

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var kept = _kept ?? throw new InvalidOperationException("The other user's call opened nothing.");
        await kept.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: granted.example:8080\r\n\r\n"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            var answer = new byte[1024];
            return await kept.ReceiveAsync(answer, limit.Token) is > 0 and var length ? $"reached: {Encoding.ASCII.GetString(answer, 0, length).Split('\r')[0]}" : "stopped: it was closed";
        }
        catch (OperationCanceledException)
        {
            return "stopped: nothing was sent on";
        }
    }
}
