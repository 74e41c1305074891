namespace Hostile.Attacks.Processes;

public sealed class ForkBomb : Attack
{
    public override string Title => "is a bomb of processes";

    protected override string Run(Target target)
    {
        var started = 0;
        var program = File.Exists("/bin/sleep") ? "/bin/sleep" : Environment.ProcessPath!;
        try
        {
            while (started < 60)
            {
                System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, "5") { UseShellExecute = false })!.Dispose();
                started++;
            }
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return started == 0 ? $"stopped: {exception.Message}" : $"did: took {started} processes, then: {exception.Message}";
        }

        return $"did: took {started} processes";
    }
}
