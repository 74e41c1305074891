namespace Hostile.Attacks.Crashes;

public sealed class ThrowsInThread : Attack
{
    public override string Title => "throws where nobody catches: on a thread of its own";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    protected override string Run(Target target)
    {
        var thread = new Thread(() => throw new InvalidOperationException("hostile"));
        thread.Start();
        thread.Join();
        return "lives";
    }
}
