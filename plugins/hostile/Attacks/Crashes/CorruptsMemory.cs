namespace Hostile.Attacks.Crashes;

public sealed class CorruptsMemory : Attack
{
    public override string Title => "writes to memory that is not its own";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    protected override unsafe string Run(Target target)
    {
        *(long*)0x7000_dead_0000 = 1;
        return "lives";
    }
}
