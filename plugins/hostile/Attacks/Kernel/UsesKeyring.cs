namespace Hostile.Attacks.Kernel;

public sealed class UsesKeyring : Attack
{
    public override string Title => "reads the kernel's keys (keyctl)";

    protected override string Run(Target target) => Sys.Try("keyctl", 250, 219, 0, -4, 1);
}
