namespace Hostile.Attacks.Hogs;

public sealed class EventFlood : Attack
{
    public override string Title => "floods the host with events";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var events = context.RequestServices.GetRequiredService<IPluginEvents>();
        var published = 0;
        try
        {
            // Within the time of a request, so that it can tell.
            var until = Environment.TickCount64 + 2500;
            for (; published < 20_000 && Environment.TickCount64 < until; published++)
                await events.PublishJsonAsync("hostile", "{}", context.RequestAborted);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return $"did: took {published} events, then: {exception.Message}";
        }

        return $"did: took {published} events";
    }
}
