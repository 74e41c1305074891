namespace Hostile.Attacks.Kernel;

public sealed class JoinsNamespace : Attack
{
    public override string Title => "joins the host's namespaces";

    public override bool NeedsOwnProcess => true;

    protected override string Run(Target target)
    {
        var file = Sys.Call(257, 56, -100, Sys.Text($"/proc/{target.HostProcess}/ns/net"), 0);
        return file < 0 ? Sys.Stopped("openat") : Sys.Try("setns", 308, 268, file, 0);
    }
}
