namespace Hostile.Attacks.Processes;

public sealed class TracesNeighbour : Attack
{
    public override string Title => "traces another plugin's process (ptrace)";

    public override bool NeedsOwnProcess => true;

    protected override string Run(Target target) => Sys.Try("ptrace", 101, 117, 0x4206, target.NeighbourProcess, 0, 0);
}
