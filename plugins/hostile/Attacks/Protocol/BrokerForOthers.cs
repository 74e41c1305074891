namespace Hostile.Attacks.Protocol;

public sealed class BrokerForOthers : Attack
{
    public override string Title => "asks the host's broker for documents in calls of other plugins";

    public override bool NeedsWorker => true;

    public override bool NeedsBusyNeighbour => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        for (var call = 0; call < 100; call++)
        {
            // Its own call has no such document.
            if (await Broker.SendAsync(context, target, $"/calls/data?call={call}&key=boot", null) == 200)
                return $"reached: the document of call {call}";
        }

        return "stopped: no call of others was found";
    }
}
