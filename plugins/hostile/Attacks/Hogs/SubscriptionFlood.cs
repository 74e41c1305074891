using Berth.Events;

namespace Hostile.Attacks.Hogs;

public sealed class SubscriptionFlood : Attack
{
    public override string Title => "subscribes to events without end";

    public override Task<string?> RunAsync(HttpContext context, Target target)
    {
        var events = context.RequestServices.GetRequiredService<IPluginEvents>();
        var made = 0;
        try
        {
            for (; made < 2000 && !context.RequestAborted.IsCancellationRequested; made++)
                events.Subscribe(new Berth.Events.EventSelection("berth.breaker.opened", nameof(SubscriptionFlood), null, null), (_, _) => Task.CompletedTask);
        }
        catch (Exception exception)
        {
            return Task.FromResult<string?>($"did: took {made} subscriptions, then: {exception.Message}");
        }

        return Task.FromResult<string?>($"did: took {made} subscriptions");
    }
}
