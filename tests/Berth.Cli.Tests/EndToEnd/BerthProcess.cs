using System.Diagnostics;
using System.Threading.Channels;
using Berth.Cli.Serving;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary><c>berth</c> as a process, with a temporary folder of its own that must be empty in the end.</summary>
internal sealed class BerthProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Process _process;

    public BerthProcess(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        Temporary = Directory.CreateTempSubdirectory("berth-cli-process-").FullName;
        var start = new ProcessStartInfo(ServerLocation.Muxer(), [Path.Combine(AppContext.BaseDirectory, "berth.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Temporary,
        };
        start.Environment["TMPDIR"] = Temporary;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Errors += line.Data + "\n";
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Temporary { get; }

    public string Errors { get; private set; } = "";

    /// <summary>The next line of stdout that begins so.</summary>
    public async Task<string> LineAsync(string beginning)
    {
        using var patience = new CancellationTokenSource(Patience);
        var seen = new List<string>();
        await foreach (var line in _lines.Reader.ReadAllAsync(patience.Token))
        {
            seen.Add(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"No line begins with \"{beginning}\". Said: {string.Join('\n', seen)} {Errors}");
    }

    /// <summary>Sends a signal to this process alone, not to its children.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async Task<int> ExitCodeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        await EmptyOfProcessesAsync();
        Directory.Delete(Temporary, recursive: true);
    }

    /// <summary>Waits until nobody answers at an address any more.</summary>
    public static async Task GoneAsync(string address)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var http = new HttpClient();
        try
        {
            while (true)
            {
                using var answer = await http.GetAsync(new Uri(address + "/health/live"), patience.Token);
                await Task.Delay(50, patience.Token);
            }
        }
        catch (HttpRequestException)
        {
            // Gone, as it should be.
        }
    }

    /// <summary>Waits until nothing of a run is left; the runtime's own sockets of a killed process don't count.</summary>
    public async Task NothingLeftAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (Directory.EnumerateFileSystemEntries(Temporary, "berth-*").Any())
        {
            await Task.Delay(50, patience.Token);
        }
    }

    // A server that is told to end writes for a moment longer than it answers.
    private async Task EmptyOfProcessesAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (Directory.EnumerateDirectories("/proc").Any(process => WorkingFolder(process)?.StartsWith(Temporary, StringComparison.Ordinal) is true))
        {
            await Task.Delay(50, patience.Token);
        }
    }

    private static string? WorkingFolder(string process)
    {
        try
        {
            return new FileInfo(process + "/cwd").LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            _lines.Writer.TryComplete();
        }
        else
        {
            _lines.Writer.TryWrite(line);
        }
    }
}
