using System.Diagnostics;
using System.Text.Json;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Container;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Sandbox;
using Berth.Host.Isolation.Worker;
using Berth.Host.Isolation.Worker.Processes;

namespace Berth.Host.Tests.Isolation.Levels;

/// <summary>Runs the probe in the worker's place, under a level of this machine, with the hardening that the level asks for.</summary>
internal sealed class ProbeRun
{
    private static readonly Lazy<WorkerProgram> Probe = new(FindProbe);

    public static IsolationOptions Options { get; } = new() { ProbeTime = TimeSpan.FromMinutes(2) };

    /// <summary>A host whose versions lie where the probe's do.</summary>
    public static HostOptions Host { get; } = new() { VersionsDirectory = OpenFolder };

    public static WorkerUserIds Users { get; } = new(Options);

    public static ControlGroups Groups { get; } = new(Options);

    public static WorkerRunFolder Run { get; } = new(Options);

    /// <summary>A folder that every user may read, as the store's are.</summary>
    public static string Open(string name)
    {
        var path = Path.Combine(OpenFolder, name);
        Directory.CreateDirectory(path);
        return path;
    }

    private static string OpenFolder => Path.Combine(Path.GetTempPath(), $"berth-levels-{Environment.ProcessId}");

    /// <summary>The probe, in the place of the worker.</summary>
    public static Func<WorkerProgram> Program { get; } = () => Probe.Value;

    public static IWorkerLevel Level(string name) => Level(name, Program);

    public static IWorkerLevel Level(string name, Func<WorkerProgram> program) => name switch
    {
        IsolationLevels.Process => new ProcessLevel(Host, Options, Users, Groups, Run, program),
        IsolationLevels.Sandbox => new SandboxLevel(Options, Users, Groups, program),
        IsolationLevels.Container => new ContainerLevel(Options, Users, Groups, program),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public static WorkerLaunch Launch(WorkerLimits? limits = null, params string[] capabilities)
    {
        var plugin = Open("plugin");
        File.WriteAllText(Path.Combine(plugin, "file.txt"), "a file of the plugin");
        return new WorkerLaunch
        {
            Id = new PluginVersionId("Probed", "1.0.0"),
            Directory = plugin,
            Limits = limits ?? new WorkerLimits { ProcessorShare = 2 },
            Capabilities = capabilities.ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>What came of each attempt.</summary>
    public static Task<IReadOnlyDictionary<string, string>> TryAsync(string level, params string[] attempts) => TryAsync(Level(level), Launch(), attempts);

    public static async Task<IReadOnlyDictionary<string, string>> TryAsync(IWorkerLevel level, WorkerLaunch launch, params string[] attempts)
    {
        var command = await level.PrepareAsync(launch, CancellationToken.None);
        try
        {
            using var process = Start(command, attempts, keepInput: false);
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t', 2)).Where(line => line.Length == 2).ToDictionary(line => line[0], line => line[1], StringComparer.Ordinal);
            answers.Count.ShouldBe(attempts.Length, $"exit {process.ExitCode}: {await errors}");
            return answers;
        }
        finally
        {
            await command.CleanUp!();
        }
    }

    public static Process Start(WorkerCommand command, IReadOnlyList<string> attempts, bool keepInput)
    {
        // In the place of the worker's sockets: a container engine wants to find what it hands on.
        string[] wrapped = ["-c", "exec 3</dev/null 4</dev/null 5</dev/null; exec \"$@\"", "probe", command.File, .. command.Arguments];
        var start = new ProcessStartInfo("/bin/sh", wrapped) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        // On the thread that workers are started on: the kernel ends them with it, and the tests' threads come and go.
        var process = StartThread.RunAsync(() => Process.Start(start)!).GetAwaiter().GetResult();
        command.Started?.Invoke(process.Id);
        process.StandardInput.WriteLine(JsonSerializer.Serialize(new { Hardening = command.Hardening, Attempts = attempts }));
        process.StandardInput.Flush();
        if (!keepInput)
            process.StandardInput.Close();
        return process;
    }

    private static WorkerProgram FindProbe()
    {
        var built = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "Berth.Worker.Probe", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0"));
        // A checkout may lie where other users cannot read.
        var folder = Open("worker");
        foreach (var file in Directory.EnumerateFiles(built))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        return new WorkerProgram(DotnetRuntime.Find(), folder, Path.Combine(folder, "Berth.Worker.Probe.dll"));
    }
}
