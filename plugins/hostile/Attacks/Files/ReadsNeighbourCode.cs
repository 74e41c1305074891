namespace Hostile.Attacks.Files;

public sealed class ReadsNeighbourCode : Attack
{
    public override string Title => "reads another plugin's code and manifest";

    protected override string Run(Target target) => $"reached: {File.ReadAllText(Path.Combine(target.NeighbourFolder, "plugin.json")).Length} characters";
}
