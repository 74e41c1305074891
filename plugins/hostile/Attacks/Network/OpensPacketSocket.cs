namespace Hostile.Attacks.Network;

public sealed class OpensPacketSocket : Attack
{
    public override string Title => "opens a packet socket, to listen to everybody's packets";

    protected override string Run(Target target) => Sys.Try("socket", 41, 198, 17, 3, 0x0300);
}
