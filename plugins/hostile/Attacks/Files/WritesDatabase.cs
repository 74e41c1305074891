namespace Hostile.Attacks.Files;

public sealed class WritesDatabase : Attack
{
    public override string Title => "writes to the host's database";

    protected override string Run(Target target)
    {
        File.AppendAllText(target.Database, "hostile");
        return "reached: written";
    }
}
