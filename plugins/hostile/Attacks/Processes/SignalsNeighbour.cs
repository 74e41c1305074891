namespace Hostile.Attacks.Processes;

public sealed class SignalsNeighbour : Attack
{
    public override string Title => "ends another plugin's process by a signal";

    protected override string Run(Target target) => Sys.Kill(target.NeighbourProcess, 15) == 0 ? "reached: sent" : Sys.Stopped("kill");
}
