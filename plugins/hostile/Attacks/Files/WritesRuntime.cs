namespace Hostile.Attacks.Files;

public sealed class WritesRuntime : Attack
{
    public override string Title => "changes the program that runs it";

    protected override string Run(Target target)
    {
        using var file = File.Open(typeof(IPlugin).Assembly.Location, FileMode.Open, FileAccess.Write);
        return "reached: opened for writing";
    }
}
