namespace Hostile.Attacks.Kernel;

public sealed class SetsHostName : Attack
{
    public override string Title => "renames the machine";

    protected override string Run(Target target) => Sys.Try("sethostname", 170, 161, Sys.Text("hostile"), 7);
}
