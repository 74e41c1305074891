namespace Hostile.Attacks.Hogs;

public sealed class HangsThreads : Attack
{
    public override string Title => "holds threads of the server for ever";

    public override IReadOnlyList<string> Endings => ["TimedOut"];

    protected override string Run(Target target)
    {
        for (var i = 0; i < 30; i++)
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Thread.Sleep(Timeout.Infinite), null);
        return "did: took 30 threads of the pool";
    }
}
