namespace Hostile.Attacks.Protocol;

public sealed class DeepJson : Attack
{
    public override string Title => "answers and asks with JSON that is nested too deep";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var deep = new string('[', 1_000_000);
        foreach (var path in new[] { "/ready", "/logs", "/contracts", "/events/subscribe", "/calls/guards?call=1" })
            await Broker.SendAsync(context, target, path, deep);
        context.Response.StatusCode = 500;
        context.Response.Headers["Berth-Outcome"] = "failed";
        return new string('[', 60_000);
    }
}
