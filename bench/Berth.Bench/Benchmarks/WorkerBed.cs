using System.Diagnostics;
using System.Globalization;
using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Host;
using Berth.Host.Isolation;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Bench.Benchmarks;

/// <summary>Versions that all run in workers of one level, and what can be done to them from outside.</summary>
internal static class WorkerBed
{
    /// <summary>Those that run .NET in workers.</summary>
    public static IReadOnlyList<string> Levels { get; } = [IsolationLevels.Process, IsolationLevels.Sandbox, IsolationLevels.Container];

    public static PoolBed Create(VersionFolders versions, string level, Action<IServiceCollection>? change = null, int crashBudget = int.MaxValue) => new(
        versions,
        new HostOptions
        {
            InProcessTrustLevels = new HashSet<string>(),
            WorkerLevels = new Dictionary<string, string> { ["verified"] = level },
            CrashBudget = crashBudget,
            VersionsDirectory = versions.Root,
            // Many at once on few cores are slow, and that is not what is looked for.
            StartBudget = TimeSpan.FromSeconds(60),
        },
        change);

    public static int ProcessOf(PoolBed bed, PluginVersionId id) => bed.Pool.Snapshot().Single(instance => instance.Id == id).Worker?.ProcessId
        ?? throw new InvalidOperationException($"{id} runs in no worker.");

    /// <summary>The worker itself, inside of what made its isolation.</summary>
    public static int InnermostOf(int process)
    {
        while (ProcessTree.ChildrenOf(process).Take(1).ToList() is [var child])
            process = child;
        return process;
    }

    /// <summary>SIGKILL, as the kernel sends it for want of memory.</summary>
    public static void Kill(int process)
    {
        using var victim = Process.GetProcessById(process);
        victim.Kill();
    }

    /// <summary>Processes that this one started and that have not ended.</summary>
    public static int Children() => ProcessTree.ChildrenOf(Environment.ProcessId).Count();

    /// <summary>Sockets of workers that this host has open, and temporary folders of workers in its run folder.</summary>
    public static int Left()
    {
        var sockets = new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Count(link => link.LinkTarget is { } to && to.Contains("/w", StringComparison.Ordinal) && to.Contains(".sock", StringComparison.Ordinal));
        var hosts = Path.Combine(new IsolationOptions().RunDirectory, "hosts");
        return sockets + Directory.EnumerateDirectories(hosts, $"berth-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-*")
            .Sum(host => Directory.Exists(Path.Combine(host, "tmp")) ? Directory.GetDirectories(Path.Combine(host, "tmp")).Length : 0);
    }

    /// <summary>Proportional memory of a process and of those below it (proc(5), smaps_rollup): pages that several share count in parts.</summary>
    public static long ProportionalBytes(int root)
    {
        var bytes = 0L;
        var open = new Stack<int>([root]);
        while (open.TryPop(out var id))
        {
            foreach (var line in File.ReadLines($"/proc/{id}/smaps_rollup").Where(line => line.StartsWith("Pss:", StringComparison.Ordinal)))
                bytes += 1024 * long.Parse(line["Pss:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            foreach (var child in ProcessTree.ChildrenOf(id))
                open.Push(child);
        }

        return bytes;
    }
}
