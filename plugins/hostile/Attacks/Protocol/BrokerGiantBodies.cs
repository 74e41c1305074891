namespace Hostile.Attacks.Protocol;

public sealed class BrokerGiantBodies : Attack
{
    public override string Title => "sends giant messages to the host's broker, many at once";

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var body = $"\"{new string('x', 15 << 20)}\"";
        var statuses = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Broker.SendAsync(context, target, "/events/publish?name=hostile", body)));
        var answers = string.Join(" ", statuses.Distinct());
        return statuses.Contains(200) ? $"reached: {answers}" : $"stopped: {answers}";
    }
}
