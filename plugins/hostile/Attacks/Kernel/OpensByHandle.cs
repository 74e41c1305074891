namespace Hostile.Attacks.Kernel;

public sealed class OpensByHandle : Attack
{
    public override string Title => "opens files by handle, past all folders";

    protected override string Run(Target target) => Sys.Try("open_by_handle_at", 304, 265, -100, Sys.Bytes([8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]), 0);
}
