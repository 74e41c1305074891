namespace Hostile.Attacks.Kernel;

public sealed class UsesOldNumbers : Attack
{
    public override string Title => "calls the kernel by the numbers of another ABI (x32)";

    protected override string Run(Target target) => Sys.Try("getpid by x32", 0x40000000 + 39, 0x40000000 + 172);
}
