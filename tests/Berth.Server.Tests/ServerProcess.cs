using System.Diagnostics;

namespace Berth.Server.Tests;

/// <summary>A program of the repository as a real process: its output is read, and it ends with the test.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>The server's own assembly beside the tests.</summary>
    public static string ServerAssembly { get; } = typeof(BerthServer).Assembly.Location;

    public static ServerProcess Start(string file, IEnumerable<string> arguments, string directory, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = directory, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("BERTH_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ServerProcess(start);
    }

    /// <summary>Starts <c>berth-server</c>.</summary>
    public static ServerProcess StartServer(IEnumerable<string> arguments, string directory, params (string Name, string? Value)[] environment) =>
        Start("dotnet", [ServerAssembly, .. arguments], directory, environment);

    /// <summary>The rest of the first line of the output that contains the text.</summary>
    public async Task<string> ReadAfterAsync(string text)
    {
        string? found = null;
        await Eventually.TrueAsync(() =>
        {
            found = Output.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
            return found is not null || _process.HasExited;
        }, $"'{text}' in the output");
        return found is null ? throw new InvalidOperationException($"The process ended: {Output}") : found[(found.IndexOf(text, StringComparison.Ordinal) + text.Length)..].Trim();
    }

    public async Task<int> WaitForExitAsync()
    {
        using var over = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(over.Token);
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
    }

    private void Keep(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
