namespace Hostile.Attacks.Granted;

public sealed class UsesNeighboursProxy : Attack
{
    public override string Title => "reaches what another plugin may reach: by its proxy, or by its secret";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var (proxy, token, call) = (WayOut.ProxyOf(context), Broker.Token(context.RequestServices), Broker.CallOf(context));
        if (target.NeighbourProxy.Length == 0 || target.NeighbourToken.Length == 0 || target.NeighbourProxy == proxy)
            throw new InvalidOperationException("The neighbour's way out was not told.");
        if (!WayOut.IsThrough(await WayOut.SendAsync(proxy, WayOut.Tunnel("granted.example:8080", token, call))))
            throw new InvalidOperationException("There is no way out.");
        // Its own socket is for its own user, and its calls have secrets of their own: not even both of what protects it otherwise is enough.
        (string Proxy, string? Token)[] ways =
        [
            (proxy, token), (proxy, target.NeighbourToken), (target.NeighbourProxy, token), (target.NeighbourProxy, null), (target.NeighbourProxy, ""), (target.NeighbourProxy, new string('0', token.Length)), (target.NeighbourProxy, target.NeighbourToken),
        ];
        var refusals = new List<string>();
        foreach (var (to, shown) in ways)
        {
            var answer = await TryAsync(to, shown, call);
            if (WayOut.IsThrough(answer))
                return $"reached: by {(to == proxy ? "its own" : "the neighbour's")} proxy, with {(shown == token ? "its own" : "another")} secret";
            refusals.Add(answer.Split('\r')[0]);
        }

        return $"stopped: {string.Join(", ", refusals.Distinct())}";
    }

    private static async Task<string> TryAsync(string proxy, string? token, string call)
    {
        try
        {
            return await WayOut.SendAsync(proxy, WayOut.Tunnel("neighbour.example:8080", token, call));
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            return exception.Message;
        }
    }
}
