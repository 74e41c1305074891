namespace Hostile.Attacks.Protocol;

public sealed class SlowResponse : Attack
{
    public override string Title => "answers a byte now and then, for ever";

    public override IReadOnlyList<string> Endings => ["client left"];

    // For ever is long enough for a client, too.
    public override TimeSpan Patience => TimeSpan.FromSeconds(6);

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        while (true)
        {
            await context.Response.Body.WriteAsync(new byte[1], CancellationToken.None);
            await context.Response.Body.FlushAsync(CancellationToken.None);
            await Task.Delay(100, CancellationToken.None);
        }
    }
}
