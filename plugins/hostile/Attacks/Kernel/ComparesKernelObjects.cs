namespace Hostile.Attacks.Kernel;

public sealed class ComparesKernelObjects : Attack
{
    public override string Title => "compares its kernel objects with the host's (kcmp)";

    protected override string Run(Target target) => Sys.Try("kcmp", 312, 272, Environment.ProcessId, target.HostProcess, 1);
}
