namespace Hostile.Attacks.Files;

public sealed class WritesOwnCode : Attack
{
    public override string Title => "changes its own code";

    protected override string Run(Target target)
    {
        using var file = File.Open(Path.Combine(target.FolderOf(nameof(WritesOwnCode)), "lib", "net10.0", "Hostile.dll"), FileMode.Open, FileAccess.Write);
        return "reached: opened for writing";
    }
}
