namespace Hostile.Attacks.Files;

public sealed class SeesProcesses : Attack
{
    public override string Title => "sees which processes run on the machine, and how they were started";

    protected override string Run(Target target) => File.ReadAllText($"/proc/{target.HostProcess}/cmdline").Contains("Berth.Hostile.Tests") ? "reached: the host's command line" : "stopped: it is another process";
}
