namespace Hostile.Attacks.Protocol;

public sealed class BrokerWithoutSecret : Attack
{
    public override string Title => "asks the host's broker without a worker's secret";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var status = await Broker.SendAsync(context, target, "/calls/data?call=1&key=boot", null, token: new string('0', 64));
        return status == 401 ? "stopped: 401" : $"reached: {status}";
    }
}
