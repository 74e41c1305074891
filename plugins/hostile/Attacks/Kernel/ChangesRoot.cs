namespace Hostile.Attacks.Kernel;

public sealed class ChangesRoot : Attack
{
    public override string Title => "changes its root folder";

    protected override string Run(Target target) => Sys.Try("chroot", 161, 51, Sys.Text("/"));
}
