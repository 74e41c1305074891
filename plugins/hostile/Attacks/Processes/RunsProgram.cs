namespace Hostile.Attacks.Processes;

public sealed class RunsProgram : Attack
{
    public override string Title => "starts a program that is there: its own runtime";

    protected override string Run(Target target)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(Environment.ProcessPath!, ["--version"]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return $"reached: it ended with {process.ExitCode}";
    }
}
