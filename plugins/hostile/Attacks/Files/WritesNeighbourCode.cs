namespace Hostile.Attacks.Files;

public sealed class WritesNeighbourCode : Attack
{
    public override string Title => "changes another plugin's code";

    protected override string Run(Target target)
    {
        using var file = File.Open(Path.Combine(target.NeighbourFolder, "lib", "net10.0", "Hostile.dll"), FileMode.Open, FileAccess.Write);
        return "reached: opened for writing";
    }
}
