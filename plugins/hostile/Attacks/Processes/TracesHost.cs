namespace Hostile.Attacks.Processes;

public sealed class TracesHost : Attack
{
    public override string Title => "traces the host (ptrace)";

    public override bool NeedsOwnProcess => true;

    protected override string Run(Target target) => Sys.Try("ptrace", 101, 117, 0x4206, target.HostProcess, 0, 0);
}
