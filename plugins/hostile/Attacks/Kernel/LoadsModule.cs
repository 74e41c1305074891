namespace Hostile.Attacks.Kernel;

public sealed class LoadsModule : Attack
{
    public override string Title => "loads a kernel module";

    protected override string Run(Target target) => Sys.Try("init_module", 175, 105, Sys.Bytes(new byte[64]), 64, Sys.Text(""));
}
