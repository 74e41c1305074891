using Berth.Events;

namespace Hostile.Attacks.Protocol;

public sealed class DeepEventData : Attack
{
    // As long as event data may be.
    private const int Longest = 30_000;

    public override string Title => "publishes events whose data are bombs for whoever reads them";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var events = context.RequestServices.GetRequiredService<IPluginEvents>();
        events.Subscribe(EventSelection.Declared(nameof(DeepEventData), "hostile"), (_, _) => Task.CompletedTask);
        var (taken, refused) = (0, 0);
        foreach (var text in Deep.Texts(Longest))
        {
            try
            {
                await events.PublishJsonAsync("hostile", text, context.RequestAborted);
                taken++;
            }
            catch (ArgumentException)
            {
                refused++;
            }
        }

        return $"did: {taken} were taken, {refused} refused";
    }
}
