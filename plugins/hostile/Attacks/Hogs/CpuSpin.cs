namespace Hostile.Attacks.Hogs;

public sealed class CpuSpin : Attack
{
    public override string Title => "burns the processor on many threads";

    public override IReadOnlyList<string> Endings => ["TimedOut"];

    protected override string Run(Target target)
    {
        var before = Environment.CpuUsage.TotalTime;
        var until = Environment.TickCount64 + 3000;
        var isOver = false;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref isOver) && Environment.TickCount64 < until)
                Thread.SpinWait(1000);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        while (Environment.TickCount64 < until && Environment.CpuUsage.TotalTime - before < TimeSpan.FromSeconds(2))
            Thread.Sleep(20);
        isOver = true;
        threads.ForEach(thread => thread.Join());
        return $"did: took {(Environment.CpuUsage.TotalTime - before).TotalSeconds:0.0} s of the processor";
    }
}
