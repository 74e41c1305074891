namespace Hostile.Attacks.Files;

public sealed class ReadsHostEnvironment : Attack
{
    public override string Title => "reads /proc/…/environ of the host's process";

    protected override string Run(Target target) => File.ReadAllText($"/proc/{target.HostProcess}/environ").Contains(target.Secret) ? "reached: the secret" : "stopped: it is another process";
}
