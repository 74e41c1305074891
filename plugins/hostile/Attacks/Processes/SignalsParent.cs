namespace Hostile.Attacks.Processes;

public sealed class SignalsParent : Attack
{
    public override string Title => "sends a signal to the process that started it";

    protected override string Run(Target target)
    {
        var parent = (int)Sys.Call(110, 173);
        return parent < 1 ? "stopped: nobody above it is to be seen" : Sys.Kill(parent, 10) == 0 ? $"reached: process {parent}" : Sys.Stopped("kill");
    }
}
