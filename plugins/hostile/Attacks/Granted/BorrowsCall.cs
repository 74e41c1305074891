namespace Hostile.Attacks.Granted;

public sealed class BorrowsCall : Attack
{
    private static readonly TaskCompletionSource<string> Other = new();

    public override string Title => "is called by a user who declined the network, and uses the secret of a call of another user, who granted it, while that one runs";

    public override bool NeedsWorker => true;

    public override bool IsDeclined => true;

    public override bool NeedsOtherUser => true;

    public override bool IsWithinItself => true;

    public override void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/other", async (HttpContext context) =>
    {
        Other.TrySetResult(Broker.CallOf(context));
        await Task.Delay(3000, context.RequestAborted);
    });

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var other = await Other.Task.WaitAsync(TimeSpan.FromSeconds(3));
        var answer = await WayOut.SendAsync(WayOut.ProxyOf(context), WayOut.Tunnel("granted.example:8080", Broker.Token(context.RequestServices), other));
        return WayOut.IsThrough(answer) ? "reached: in the name of the other user's call" : $"stopped: {answer.Split('\r')[0]}";
    }
}
