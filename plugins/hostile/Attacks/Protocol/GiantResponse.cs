namespace Hostile.Attacks.Protocol;

public sealed class GiantResponse : Attack
{
    public override string Title => "answers a quarter of a gigabyte";

    public override IReadOnlyList<string> Endings => ["broken off"];

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        await context.Response.WriteAsync("did: answers 256 MB: ");
        var block = new byte[1 << 20];
        for (var i = 0; i < 256; i++)
            await context.Response.Body.WriteAsync(block, context.RequestAborted);
        return null;
    }
}
