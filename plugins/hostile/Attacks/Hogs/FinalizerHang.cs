namespace Hostile.Attacks.Hogs;

public sealed class FinalizerHang : Attack
{
    public override string Title => "stops all finalizers of its process";

    protected override string Run(Target target)
    {
        Make();
        GC.Collect();
        return "did: made an object that never ends";
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Make() => _ = new Hangs();

    private sealed class Hangs
    {
        ~Hangs() => Thread.Sleep(Timeout.Infinite);
    }
}
