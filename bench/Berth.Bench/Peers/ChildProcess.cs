using System.Collections.Concurrent;
using System.Diagnostics;

namespace Berth.Bench.Peers;

/// <summary>A process that serves during a benchmark and ends with it.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly ConcurrentDictionary<ChildProcess, byte> Running = new();
    private readonly Process _process;
    private readonly List<string> _errors = [];

    private ChildProcess(Process process)
    {
        _process = process;
        Running.TryAdd(this, 0);
        process.ErrorDataReceived += (_, line) => Remember(line.Data);
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Starts a program. Its environment has no setting of Berth but those that are given.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, string directory, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory };
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start."));
    }

    /// <summary>Ends whatever is left when the run is interrupted.</summary>
    public static void EndAll()
    {
        foreach (var child in Running.Keys)
            child.Dispose();
    }

    /// <summary>Reads the output up to a line that begins so, and keeps what follows the beginning.</summary>
    public async Task<Dictionary<string, string>> ReadUntilAsync(string last, params string[] beginnings)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await _process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            foreach (var beginning in beginnings.Append(last).Where(beginning => line.StartsWith(beginning, StringComparison.Ordinal)))
                found[beginning] = line[beginning.Length..].Trim();
            if (found.ContainsKey(last))
            {
                // Nobody reads on, but a full pipe would stop the process.
                _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return found;
            }
        }

        throw new InvalidOperationException($"The process ended before it was ready: {string.Join(Environment.NewLine, _errors)}");
    }

    /// <summary>Processor time so far, with that of its own children.</summary>
    public TimeSpan ProcessorTime => ProcessTimes.OfTree(_process.Id);

    /// <summary>The memory that the process has now, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The most memory that the process has had, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Asks the process to end in order, and waits for it.</summary>
    public void End()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            kill.WaitForExit();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!Running.TryRemove(this, out _))
            return;
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool IsSetting(string name) =>
        name.StartsWith("BERTH_", StringComparison.Ordinal) || name is "PLUGINS_BASE_DIR" or "ASPNETCORE_URLS" or "CLEANUP_INTERVAL_SECONDS" or "MANAGER_TIMEOUT_SECONDS";

    private void Remember(string? line)
    {
        if (line is null)
            return;
        lock (_errors)
        {
            if (_errors.Count < 50)
                _errors.Add(line);
        }
    }
}
