namespace Hostile.Attacks.Protocol;

public sealed class ForgesOutcome : Attack
{
    public override string Title => "answers with the headers of the worker's protocol, and a giant message";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    public override bool NeedsWorker => true;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        context.Response.StatusCode = 500;
        context.Response.Headers["Berth-Outcome"] = "failed";
        var block = new byte[1 << 20];
        for (var i = 0; i < 200; i++)
            await context.Response.Body.WriteAsync(block, context.RequestAborted);
        return null;
    }
}
