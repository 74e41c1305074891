namespace Hostile.Attacks.Kernel;

public sealed class LowersHostLimits : Attack
{
    public override string Title => "lowers the host's limit of open files";

    public override bool Spoils => true;

    protected override string Run(Target target) => Sys.Try("prlimit64", 302, 261, target.HostProcess, 7, Sys.Bytes([0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]), 0);
}
