namespace Hostile.Attacks.Crashes;

public sealed class OverflowsStack : Attack
{
    public override string Title => "overflows its stack";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    protected override string Run(Target target) => $"lives: {Deeper(1)}";

    private static long Deeper(long depth) => depth < 0 ? 0 : Deeper(depth + 1) + depth;
}
