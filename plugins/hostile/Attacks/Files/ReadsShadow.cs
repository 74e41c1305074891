namespace Hostile.Attacks.Files;

public sealed class ReadsShadow : Attack
{
    public override string Title => "reads /etc/shadow";

    protected override string Run(Target target) => $"reached: {File.ReadAllText("/etc/shadow").Length} characters";
}
