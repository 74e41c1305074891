using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Vm;

/// <summary>The Node of this machine.</summary>
/// <param name="File">Its absolute path, links followed.</param>
/// <param name="Version">Its version.</param>
/// <param name="Libraries">The shared libraries that it is loaded with, the loader among them.</param>
internal sealed record NodeProgram(string File, Version Version, IReadOnlyList<string> Libraries)
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    /// <summary>The first version with all that the level needs.</summary>
    public static Version Oldest { get; } = new(20, 0);

    /// <summary>What to do when there is none.</summary>
    public const string Remedy = "Install Node 20 or newer (https://nodejs.org/en/download), or name one in BERTH_NODE.";

    /// <summary>Looks for it and asks it for its version.</summary>
    /// <param name="configured">An administrator's path; <see langword="null"/>: the first <c>node</c> of PATH.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="WorkerStartException">There is none, or it is too old.</exception>
    public static async Task<NodeProgram> FindAsync(string? configured, CancellationToken cancellationToken)
    {
        var path = configured ?? FromPath() ?? throw new WorkerStartException("There is no 'node' in PATH.");
        if (!System.IO.File.Exists(path))
            throw new WorkerStartException($"There is no file '{path}', which is configured as Node.");
        // A link such as /usr/bin/node leads nowhere in a sandbox that shows its target alone.
        var file = System.IO.File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        var said = await RunAsync(file, ["--version"], NoEnvironment, cancellationToken);
        if (!Version.TryParse(said.Trim().TrimStart('v').Split('-')[0], out var version))
            throw new WorkerStartException($"'{file}' does not say which Node it is.");
        if (version < Oldest)
            throw new WorkerStartException($"'{file}' is Node {version}; {Oldest.Major} or newer is needed.");
        return new NodeProgram(file, version, await LibrariesAsync(file, cancellationToken));
    }

    /// <summary>Runs it with an empty environment and gives what it prints.</summary>
    /// <exception cref="WorkerStartException">It cannot be started, or fails.</exception>
    public static Task<string> RunAsync(string file, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(file, arguments, NoEnvironment, cancellationToken);

    // The loader prints what it would load, and starts nothing.
    private static async Task<IReadOnlyList<string>> LibrariesAsync(string file, CancellationToken cancellationToken)
    {
        var lines = await RunAsync(file, ["--version"], new Dictionary<string, string> { ["LD_TRACE_LOADED_OBJECTS"] = "1" }, cancellationToken);
        return
        [
            .. lines.Split('\n')
                .Select(line => line[(line.IndexOf("=>", StringComparison.Ordinal) is >= 0 and var arrow ? arrow + 2 : 0)..].Trim().Split(' ')[0])
                .Where(path => path.StartsWith('/') && System.IO.File.Exists(path))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static async Task<string> RunAsync(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new WorkerStartException($"'{file}' cannot be started: {exception.Message}", exception);
        }

        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? output
            : throw new WorkerStartException($"'{file}' ended with exit code {process.ExitCode.ToString(CultureInfo.InvariantCulture)}: {(await errors).Trim()}");
    }

    private static string? FromPath() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, "node"))
        .FirstOrDefault(System.IO.File.Exists);
}
