using System.Globalization;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Sandbox;

/// <summary>The arguments of bubblewrap for one worker: an empty root, and in it only what is named here, read-only.</summary>
internal static class BubblewrapArguments
{
    /// <summary>Makes them, up to the command.</summary>
    /// <param name="launch">The worker.</param>
    /// <param name="systemFiles">The machine's files that it needs.</param>
    /// <param name="environment">Its whole environment.</param>
    public static IReadOnlyList<string> Make(WorkerLaunch launch, IEnumerable<string> systemFiles, IReadOnlyDictionary<string, string> environment)
    {
        List<string> arguments =
        [
            "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL",
            "--hostname", "berth-worker", "--clearenv",
        ];
        foreach (var (name, value) in environment)
            arguments.AddRange(["--setenv", name, value]);

        // Before what is bound into it, when plugins lie under /tmp.
        arguments.AddRange(["--proc", "/proc", "--dev", "/dev", "--size", launch.Limits.TemporaryBytes.ToString(CultureInfo.InvariantCulture), "--tmpfs", "/tmp"]);
        // A shared mapping of it is memory that counts for no limit of a process.
        arguments.AddRange(["--dev-bind", "/dev/null", "/dev/zero"]);
        foreach (var path in systemFiles.Append(launch.Directory).Concat(launch.Readable).Concat(launch.Sockets).Distinct(StringComparer.Ordinal))
            arguments.AddRange(["--ro-bind", path, path]);

        // Last, when all mount points are made: the folders around them lie in memory, too, and would take files without limit.
        arguments.AddRange(["--chdir", "/", "--remount-ro", "/dev", "--remount-ro", "/", "--"]);
        return arguments;
    }
}
