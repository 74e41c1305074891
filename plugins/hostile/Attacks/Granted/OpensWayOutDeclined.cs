namespace Hostile.Attacks.Granted;

public sealed class OpensWayOutDeclined : Attack
{
    private const string Authority = "granted.example:8080";

    public override string Title => "is called by a user who declined the network, and opens the socket of its proxy itself";

    public override bool NeedsWorker => true;

    public override bool IsDeclined => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var (proxy, token, own) = (WayOut.ProxyOf(context), Broker.Token(context.RequestServices), Broker.CallOf(context));
        // Its own call, none, and what a call could be named like.
        string?[] calls = [own, null, "", "0", .. Enumerable.Range(1, 8).Select(number => $"{number}"), new string('A', own.Length), own[..^1] + (own[^1] == 'A' ? 'Q' : 'A'), own.ToUpperInvariant() + "="];
        var refusals = new HashSet<string>(StringComparer.Ordinal);
        foreach (var call in calls)
        {
            foreach (var head in (string[])[WayOut.Tunnel(Authority, token, call), WayOut.Plain(Authority, token, call)])
            {
                var answer = await WayOut.SendAsync(proxy, head);
                if (WayOut.IsThrough(answer))
                    return $"reached: in the call '{call}'";
                if (!answer.StartsWith("HTTP/1.1 403 ", StringComparison.Ordinal))
                    throw new InvalidOperationException($"The proxy did not judge it: {answer}");
                refusals.Add(answer.Split("Berth-Network: ")[^1].Split('\r')[0]);
            }
        }

        return $"stopped: {string.Join(", ", refusals)}";
    }
}
