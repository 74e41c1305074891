namespace Hostile.Attacks.Kernel;

public sealed class Mounts : Attack
{
    public override string Title => "mounts a file system";

    protected override string Run(Target target) => Sys.Try("mount", 165, 40, Sys.Text("none"), Sys.Text(Path.GetTempPath()), Sys.Text("tmpfs"), 0, 0);
}
