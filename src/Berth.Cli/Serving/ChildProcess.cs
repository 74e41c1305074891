using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Berth.Cli.Serving;

/// <summary>
/// A process that never outlives this one: it ends when this object is disposed, and, where there is a POSIX shell,
/// a guard that waits for the end of its input ends it even when this process is killed.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private readonly Process _guard;

    private ChildProcess(Process process, Process guard)
    {
        Process = process;
        _guard = guard;
    }

    /// <summary>The process.</summary>
    public Process Process { get; }

    /// <summary>Starts it.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="folder">A folder of this run alone that the guard removes when this process is killed and cannot do it itself.</param>
    public static ChildProcess Start(ProcessStartInfo start, string? folder = null)
    {
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} was not started.");
        try
        {
            return new ChildProcess(process, StartGuard(process.Id, folder));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    /// <summary>Waits for its end. When cancelled, asks it to end in order, and waits on.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await using var asked = cancellationToken.Register(AskToEnd);
        await Process.WaitForExitAsync(CancellationToken.None);
        return Process.ExitCode;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            AskToEnd();
            using var patience = new CancellationTokenSource(Grace);
            try
            {
                await Process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Process.Kill(entireProcessTree: true);
                await Process.WaitForExitAsync(CancellationToken.None);
            }
        }

        EndGuard();
        Process.Dispose();
    }

    private void AskToEnd()
    {
        if (Process.HasExited)
        {
            return;
        }

        // It was there a moment ago, and an id is not given to somebody else that soon.
        if (OperatingSystem.IsWindows() || Kill(Process.Id, SigTerm) != 0)
        {
            Process.Kill(entireProcessTree: true);
        }
    }

    private static Process StartGuard(int child, string? folder)
    {
        // `read` returns when this process is gone in whatever way, because the pipe then closes. TERM first, KILL when that is not heard.
        const string Script = """
            trap '' INT TERM HUP
            while read -r line; do [ "$line" = done ] && exit 0; done
            kill -TERM "$1" 2>/dev/null
            n=0; while [ $n -lt 50 ] && kill -0 "$1" 2>/dev/null; do n=$((n+1)); sleep 0.1; done
            kill -KILL "$1" 2>/dev/null
            [ -n "$2" ] && chmod -R u+rwX "$2" && rm -rf "$2"
            """;
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", "set /p line= & if not defined line taskkill /T /F /PID " + child])
            : new ProcessStartInfo("/bin/sh", ["-c", Script, "berth-guard", child.ToString(CultureInfo.InvariantCulture), folder ?? ""]);
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return Process.Start(start) ?? throw new InvalidOperationException("The guard was not started.");
    }

    private void EndGuard()
    {
        try
        {
            _guard.StandardInput.WriteLine("done");
            _guard.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        _guard.Dispose();
    }

    private const int SigTerm = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
