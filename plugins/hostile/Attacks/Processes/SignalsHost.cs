namespace Hostile.Attacks.Processes;

public sealed class SignalsHost : Attack
{
    public override string Title => "sends a signal to the host";

    protected override string Run(Target target) => Sys.Kill(target.HostProcess, 10) == 0 ? "reached: sent" : Sys.Stopped("kill");
}
