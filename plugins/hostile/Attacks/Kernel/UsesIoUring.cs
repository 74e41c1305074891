namespace Hostile.Attacks.Kernel;

public sealed class UsesIoUring : Attack
{
    public override string Title => "sets up io_uring, whose requests no filter sees";

    public override bool Spoils => true;

    protected override string Run(Target target) => Sys.Try("io_uring_setup", 425, 425, 4, Sys.Bytes(new byte[120]));
}
