namespace Hostile.Attacks.Kernel;

public sealed class RaisesLimits : Attack
{
    public override string Title => "raises its own limit of open files";

    public override bool Spoils => true;

    protected override string Run(Target target) => Sys.Try("prlimit64", 302, 261, 0, 7, Sys.Bytes([0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0]), 0);
}
