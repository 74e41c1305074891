using Berth.Host.Isolation.Worker.Processes;

namespace Berth.Host.Isolation.Worker;

/// <summary>Programs of the machine that levels are made with; looked for in the usual folders only, never where somebody's PATH points.</summary>
internal static class Tools
{
    private static readonly string[] Folders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/local/sbin"];

    /// <summary>Where a program is; <see langword="null"/> when it isn't installed.</summary>
    public static string? Find(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Why a program that is there cannot be run, and what to do; <see langword="null"/> when it can.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="isByOthers">Whether a host that is root runs it as a user without rights.</param>
    public static (string Reason, string Remedy)? Obstacle(string path, bool isByOthers = false) =>
        NativeMethods.Access(path, NativeMethods.MayRun) != 0 || (isByOthers && !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess && !File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherExecute))
            ? ($"'{path}' is there and may not be run.", $"Give the right to, for example with: chmod a+rx {path}. Where that is refused, install its package again.")
            : null;

    /// <summary>Where a program is.</summary>
    /// <exception cref="WorkerStartException">It isn't installed.</exception>
    public static string Get(string name, string package) => Find(name)
        ?? throw new WorkerStartException($"'{name}' is not installed. Install it, for example with: apt-get install {package}.");
}
