namespace Hostile.Attacks.Network;

public sealed class OpensRawSocket : Attack
{
    public override string Title => "opens a raw socket";

    protected override string Run(Target target) => Sys.Try("socket", 41, 198, 2, 3, 1);
}
