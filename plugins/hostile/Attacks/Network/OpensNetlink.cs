namespace Hostile.Attacks.Network;

public sealed class OpensNetlink : Attack
{
    public override string Title => "opens a netlink socket, to talk to the kernel about the network";

    protected override string Run(Target target) => Sys.Try("socket", 41, 198, 16, 3, 0);
}
