namespace Hostile.Attacks.Files;

public sealed class ReadsNeighbourFile : Attack
{
    public override string Title => "reads what another plugin has in its temporary folder";

    protected override string Run(Target target) => File.ReadAllText(target.NeighbourFile).Contains(target.Secret) ? "reached: the secret" : "stopped: it is another file";
}
