namespace Hostile.Attacks.Protocol;

public sealed class BrokerContracts : Attack
{
    public override string Title => "tells the host's broker of contracts without end";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var accepted = 0;
        for (var i = 0; i < 400; i++)
        {
            if (await Broker.SendAsync(context, target, "/contracts", $$$"""{"fingerprint":"{{{i}}}","shape":{"name":"x","version":"1.0","operations":[]}}""") == 200)
                accepted++;
        }

        return accepted < 400 ? $"stopped: after {accepted}" : "reached: told 400";
    }
}
