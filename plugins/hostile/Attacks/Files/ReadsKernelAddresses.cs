namespace Hostile.Attacks.Files;

public sealed class ReadsKernelAddresses : Attack
{
    public override string Title => "reads the kernel's log and addresses";

    protected override string Run(Target target)
    {
        var bytes = Sys.Bytes(new byte[4096]);
        return Sys.Try("syslog", 103, 116, 3, bytes, 4096);
    }
}
