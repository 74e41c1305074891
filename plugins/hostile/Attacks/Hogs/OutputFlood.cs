namespace Hostile.Attacks.Hogs;

public sealed class OutputFlood : Attack
{
    public override string Title => "floods the host through its standard error";

    protected override string Run(Target target)
    {
        var line = new string('x', 64 * 1024);
        for (var i = 0; i < 1000; i++)
            Console.Error.Write(line);
        return "did: wrote 64 MB";
    }
}
