namespace Hostile.Attacks.Kernel;

public sealed class AddsKey : Attack
{
    public override string Title => "keeps a key in the kernel (add_key)";

    protected override string Run(Target target) => Sys.Try("add_key", 248, 217, Sys.Text("user"), Sys.Text("hostile"), Sys.Text("x"), 1, -4);
}
