using Berth.Worker.Hardening;
using Berth.Worker.Protocol;

namespace Berth.Host.Isolation.Worker;

/// <summary>What a worker that sees the machine's files may open of them, where the kernel has Landlock: its own, the runtime's, and what a runtime asks of the kernel.</summary>
internal static class FileConfinement
{
    // What the runtime reads: processes (its own among them), limits, processors, random numbers.
    private static readonly string[] Kernel = ["/proc", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/dev/urandom", "/dev/random"];

    /// <summary>Whether workers are confined on this machine.</summary>
    public static bool IsGiven => Landlock.Version > 0;

    /// <summary>What comes before the worker's own arguments.</summary>
    /// <param name="worker">The program.</param>
    /// <param name="readable">What it reads besides.</param>
    /// <param name="temporary">The folder that it may change.</param>
    public static IEnumerable<string> Arguments(WorkerProgram worker, IEnumerable<string> readable, string temporary) => !IsGiven ? [] :
        ConfinementArguments.Make(
        [
            .. SystemFiles.For(worker).Select(path => (ConfinementArguments.Programs, path)),
            .. Kernel.Concat(readable).Where(Path.Exists).Distinct(StringComparer.Ordinal).Select(path => (ConfinementArguments.Readable, path)),
            (ConfinementArguments.Changeable, temporary), (ConfinementArguments.Changeable, "/dev/null"),
        ]);

    /// <summary>Whether all of these lie in a folder.</summary>
    public static bool AreIn(string folder, IEnumerable<string> paths) =>
        paths.All(path => Path.GetFullPath(path).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    /// <summary>What it leaves open, or what is open because the kernel has it not.</summary>
    /// <param name="hasOwnUsers">Whether workers have users of their own.</param>
    public static IEnumerable<string> Gaps(bool hasOwnUsers)
    {
        if (!hasOwnUsers)
        {
            yield return IsGiven
                ? "The host is not root, so all workers and the host have one user on this machine; what keeps them apart is the kernel's Landlock and the filter over system calls, and no limit of processes holds. Run the host as root, or use the level 'sandbox'."
                : "The host is not root, so a worker has the host's user and can read and change what the host can. Run the host as root, or use the level 'sandbox'.";
        }

        if (!IsGiven)
            yield return "This kernel offers no Landlock (Linux 5.13 or newer has it, unless it is switched off or the container around the host forbids it), so a worker sees the machine's files as any other user does: what is readable to everybody is readable to it.";
        else
            yield return "A worker sees which processes the machine runs, and reads the server-side files of other plugins.";
        if (!Landlock.HasScopes)
            yield return "A worker is in the machine's network namespace; the filter over its system calls keeps it from opening internet sockets, but abstract Unix sockets are open to it. Landlock of Linux 6.12 or newer closes them.";
    }
}
