namespace Hostile.Attacks.Granted;

public sealed class AsksUndeclaredHost : Attack
{
    private static readonly string[] Others =
    [
        "http://other.example:8080/", "http://sub.granted.example:8080/", "http://granted.example.other.example:8080/", "http://granted.example:8081/", "http://1.2.3.4:8080/",
    ];

    public override string Title => "may reach one host, and asks for others, also past its client";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        await WayOut.DemandAsync(context);
        foreach (var other in Others)
        {
            if (await WayOut.AskAsync(context, other) is { } answer)
                return $"reached: {other}: {answer}";
        }

        return target.Broker.Length == 0 ? "stopped: all were refused" : await PastItsClientAsync(context);
    }

    // What one reader takes for the granted host, and another for the other one.
    private static async Task<string> PastItsClientAsync(HttpContext context)
    {
        var (proxy, token, call) = (WayOut.ProxyOf(context), Broker.Token(context.RequestServices), Broker.CallOf(context));
        if (await WayOut.SendAsync(proxy, WayOut.Tunnel("granted.example:8080", token, call)) is var granted && !WayOut.IsThrough(granted))
            throw new InvalidOperationException($"The granted host was refused: {granted}");
        string[] heads =
        [
            WayOut.Tunnel("other.example:8080", token, call),
            WayOut.Tunnel("other.example:8080", token, call, host: "granted.example:8080"),
            WayOut.Tunnel("granted.example@other.example:8080", token, call),
            WayOut.Tunnel("other.example:8080#granted.example:8080", token, call),
            WayOut.Plain("other.example:8080", token, call, host: "granted.example:8080"),
            WayOut.Plain("granted.example:8080@other.example:8080", token, call, host: "granted.example:8080"),
        ];
        foreach (var head in heads)
        {
            var answer = await WayOut.SendAsync(proxy, head);
            if (WayOut.IsThrough(answer))
                return $"reached: by {head.Split('\r')[0]}";
        }

        return "stopped: all were refused, past its client too";
    }
}
