namespace Hostile.Attacks.Kernel;

public sealed class Unshares : Attack
{
    public override string Title => "makes a user namespace, to be root in it";

    protected override string Run(Target target)
    {
        var stopped = Sys.Try("unshare", 272, 97, 0x10000000);
        // A process with threads cannot, but may start one without.
        if (!stopped.EndsWith(System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(InvalidArgument), StringComparison.Ordinal))
            return stopped;
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/usr/bin/unshare", ["--user", "/bin/true"]) { UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode == 0 ? "reached: a process in one" : $"stopped: {stopped}, and unshare ended with {process.ExitCode}";
    }

    private const int InvalidArgument = 22;
}
