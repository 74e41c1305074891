namespace Hostile.Attacks.Protocol;

public sealed class GiantLifecycleAnswer : Attack
{
    public override string Title => "answers a lifecycle call with a giant message";

    public override bool IsLifecycleCall => true;

    public override IReadOnlyList<string> Endings => ["call failed", "Unhealthy"];

    public override Task<CheckResult> CheckAsync() => Task.FromResult(new CheckResult(false, [.. Enumerable.Repeat(new string('x', 1 << 20), 34)]));
}
