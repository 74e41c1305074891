namespace Hostile.Attacks.Files;

public sealed class AddsToOwnFolder : Attack
{
    public override string Title => "puts a file beside its own code";

    protected override string Run(Target target)
    {
        File.WriteAllText(Path.Combine(target.FolderOf(nameof(AddsToOwnFolder)), "lib", "net10.0", "more.dll"), "hostile");
        return "reached: written";
    }
}
