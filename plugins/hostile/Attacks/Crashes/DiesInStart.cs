namespace Hostile.Attacks.Crashes;

public sealed class DiesInStart : Attack
{
    public override string Title => "ends its process while it starts";

    public override IReadOnlyList<string> Endings => ["isolation.start_failed", "plugin.start_failed"];

    public override bool EndsAtStart => true;

    public override Task StartAsync(IPluginContext plugin)
    {
        Sys.Die();
        return Task.CompletedTask;
    }
}
