namespace Hostile.Attacks.Files;

public sealed class ReadsDatabase : Attack
{
    public override string Title => "reads the host's database";

    protected override string Run(Target target) => File.ReadAllText(target.Database).Contains(target.Secret) ? "reached: the secret" : "stopped: it is not the database";
}
