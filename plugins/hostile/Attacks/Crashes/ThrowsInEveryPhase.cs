namespace Hostile.Attacks.Crashes;

public sealed class ThrowsInEveryPhase : Attack
{
    public override string Title => "throws in a request and when it stops";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    public override Task StopAsync() => throw new InvalidOperationException("hostile");

    protected override string Run(Target target) => throw new InvalidOperationException("hostile");
}
