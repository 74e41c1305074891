namespace Hostile.Attacks.Kernel;

public sealed class SetsClock : Attack
{
    public override string Title => "sets the machine's clock";

    protected override string Run(Target target) => Sys.Try("clock_settime", 227, 112, 0, Sys.Bytes([0, 0x10, 0xB0, 0x65, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
}
