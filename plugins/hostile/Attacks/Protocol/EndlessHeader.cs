namespace Hostile.Attacks.Protocol;

public sealed class EndlessHeader : Attack
{
    public override string Title => "answers with 8 MB of headers";

    public override IReadOnlyList<string> Endings => ["Crashed", "broken off"];

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        for (var i = 0; i < 2000; i++)
            context.Response.Headers[$"X-Hostile-{i}"] = new string('x', 4000);
        await context.Response.StartAsync();
        return "did: sent 8 MB of headers";
    }
}
