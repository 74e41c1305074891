namespace Hostile.Attacks.Network;

public sealed class OpensVsock : Attack
{
    public override string Title => "opens a socket to the hypervisor";

    protected override string Run(Target target) => Sys.Try("socket", 41, 198, 40, 1, 0);
}
