using System.Diagnostics;
using System.Text;

namespace Berth.Registry.Optimization.Tools;

/// <summary>What a tool said in the end.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">The beginning of its standard output.</param>
/// <param name="Error">The beginning of its standard error.</param>
internal sealed record ToolOutcome(int ExitCode, string Output, string Error);

/// <summary>A tool did not end in time and was killed.</summary>
internal sealed class ToolTimeoutException(string message) : Exception(message);

/// <summary>
/// Runs a tool on bytes that a stranger wrote: in a folder of its own, without our environment, with bounds on processor
/// time, memory, file sizes and output, in a cage where there is one, and never longer than its time; then it is killed with all that it started.
/// </summary>
internal static class LimitedProcess
{
    private const int MostOutput = 64 * 1024;

    // In a shell, because these bounds are set by a process for itself: seconds of processor time, kilobytes of address space,
    // blocks of 512 bytes a file, no core dumps.
    private const string Bounds = "ulimit -c 0; ulimit -t 60; ulimit -v 8388608; ulimit -f 1048576; exec \"$0\" \"$@\"";

    /// <summary>Runs the program to its end.</summary>
    /// <exception cref="ToolTimeoutException">It took longer than <paramref name="time"/>.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static async Task<ToolOutcome> RunAsync(
        string program, IEnumerable<string> arguments, string folder, ToolCage cage, TimeSpan time, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Start(cage.Command(program, folder, arguments), folder) };
        process.Start();
        process.StandardInput.Close();
        var output = ReadAsync(process.StandardOutput);
        var error = ReadAsync(process.StandardError);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            // What it started may hold its output open for longer than it lived itself.
            return new ToolOutcome(process.ExitCode, await output.WaitAsync(limit.Token), await error.WaitAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new ToolTimeoutException($"{Path.GetFileName(program)} did not end within {time.TotalSeconds:0.#} second{(time.TotalSeconds is 1 ? "" : "s")} and was stopped.");
        }
    }

    private static ProcessStartInfo Start(IReadOnlyList<string> command, string folder)
    {
        var start = new ProcessStartInfo
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (OperatingSystem.IsWindows())
        {
            start.FileName = command[0];
        }
        else
        {
            start.FileName = "/bin/sh";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(Bounds);
            start.ArgumentList.Add(command[0]);
        }

        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        // Nothing of ours: our environment has secrets in it. The Go runtime keeps to this many bytes and threads.
        start.Environment.Clear();
        start.Environment["HOME"] = folder;
        start.Environment["TMPDIR"] = folder;
        start.Environment["GOMEMLIMIT"] = "512MiB";
        start.Environment["GOMAXPROCS"] = "2";
        return start;
    }

    private static async Task<string> ReadAsync(StreamReader from)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
            text.Append(buffer, 0, Math.Min(read, MostOutput - text.Length));
        return text.ToString();
    }
}
