namespace Hostile.Attacks.Crashes;

public sealed class DiesInLifecycleCall : Attack
{
    public override string Title => "ends its process in a lifecycle call";

    public override bool IsLifecycleCall => true;

    public override IReadOnlyList<string> Endings => ["call failed"];

    public override Task<CheckResult> CheckAsync()
    {
        Sys.Die();
        return Task.FromResult(CheckResult.Healthy);
    }
}
