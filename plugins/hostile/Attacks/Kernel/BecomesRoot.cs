namespace Hostile.Attacks.Kernel;

public sealed class BecomesRoot : Attack
{
    public override string Title => "becomes root (setuid)";

    public override bool Spoils => true;

    protected override string Run(Target target) => Sys.Try("setuid", 105, 146, 0);
}
