using Berth.Events;

namespace Hostile.Attacks.Crashes;

public sealed class DiesInEventHandler : Attack
{
    public override string Title => "ends its process in a handler of events";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var events = context.RequestServices.GetRequiredService<IPluginEvents>();
        events.Subscribe(EventSelection.Declared(nameof(DiesInEventHandler), "hostile"), (_, _) =>
        {
            Sys.Die();
            return Task.CompletedTask;
        });
        await events.PublishJsonAsync("hostile", "{}", context.RequestAborted);
        await Task.Delay(3000, context.RequestAborted);
        return "lives";
    }
}
