namespace Hostile.Attacks.Kernel;

public sealed class LoadsBpf : Attack
{
    public override string Title => "loads a program into the kernel (bpf)";

    public override bool Spoils => true;

    protected override string Run(Target target) => Sys.Try("bpf", 321, 280, 0, Sys.Bytes([2, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, .. new byte[112]]), 128);
}
