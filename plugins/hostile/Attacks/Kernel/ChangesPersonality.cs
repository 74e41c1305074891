namespace Hostile.Attacks.Kernel;

public sealed class ChangesPersonality : Attack
{
    public override string Title => "changes how the kernel lays out its memory (personality)";

    public override bool Spoils => true;

    protected override string Run(Target target) => Sys.Try("personality", 135, 92, 0x0040000);
}
