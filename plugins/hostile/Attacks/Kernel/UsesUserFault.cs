namespace Hostile.Attacks.Kernel;

public sealed class UsesUserFault : Attack
{
    public override string Title => "handles page faults itself (userfaultfd)";

    public override bool Spoils => true;

    protected override string Run(Target target) => Sys.Try("userfaultfd", 323, 282, 1);
}
