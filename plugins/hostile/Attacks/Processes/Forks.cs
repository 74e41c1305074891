namespace Hostile.Attacks.Processes;

public sealed class Forks : Attack
{
    public override string Title => "makes a copy of its process (clone)";

    protected override string Run(Target target)
    {
        // SIGCHLD, and nothing shared.
        var child = Sys.Call(56, 220, 17);
        if (child == 0)
            Sys.Die();
        return child > 0 ? $"reached: process {child}" : Sys.Stopped("clone");
    }
}
