namespace Hostile.Attacks.Kernel;

public sealed class UsesPerf : Attack
{
    public override string Title => "measures the processor (perf_event_open)";

    public override bool Spoils => true;

    protected override string Run(Target target) => Sys.Try("perf_event_open", 298, 241, Sys.Bytes([1, 0, 0, 0, 128, 0, 0, 0, .. new byte[120]]), 0, -1, -1, 0);
}
