namespace Hostile.Attacks.Files;

public sealed class ReadsEnvironment : Attack
{
    public override string Title => "reads the host's environment through its own";

    protected override string Run(Target target) => Environment.GetEnvironmentVariables().Values.Cast<string>().Any(value => value.Contains(target.Secret)) ? "reached: the secret" : "stopped: it is not there";
}
