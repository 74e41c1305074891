namespace Hostile.Attacks.Crashes;

public sealed class DiesInStop : Attack
{
    public override string Title => "ends its process while it stops";

    protected override string Run(Target target) => "did: ends itself when it is stopped";

    public override Task StopAsync()
    {
        Sys.Die();
        return Task.CompletedTask;
    }
}
