using System.Runtime.Versioning;

namespace Berth.Host.Isolation.Worker;

/// <summary>Folders under the host's run folder.</summary>
internal static class RunFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Others may pass through to what is theirs, and list nothing.</summary>
    private const UnixFileMode PassThrough = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A folder that only the host sees; made when it isn't there.</summary>
    public static string Inner(string run, string name) => Make(run, name, OwnerOnly);

    /// <summary>A folder through which workers get to what is theirs; made when it isn't there.</summary>
    public static string Passage(string run, string name) => Make(run, name, PassThrough);

    /// <summary>A new folder that belongs to one user alone.</summary>
    public static string ForUser(string folder, int user)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Users have numbers on Unix only.");
        var path = Path.Combine(folder, Path.GetRandomFileName());
        Directory.CreateDirectory(path, OwnerOnly);
        if (UnixOwner.Change(path, user, user) is { } fault)
        {
            Directory.Delete(path);
            throw new WorkerStartException($"The folder {path} cannot be given to user {user}: {fault}.");
        }

        return path;
    }

    private static string Make(string run, string name, UnixFileMode mode)
    {
        var path = Path.Combine(run, name);
        if (Directory.Exists(path))
            return path;
        if (OperatingSystem.IsWindows())
            return Directory.CreateDirectory(path).FullName;
        MakeUnix(run, path, mode);
        return path;
    }

    [UnsupportedOSPlatform("windows")]
    private static void MakeUnix(string run, string path, UnixFileMode mode)
    {
        Directory.CreateDirectory(run, PassThrough);
        Directory.CreateDirectory(path, mode);
        // Whatever the host's umask takes away: a worker that cannot pass through cannot start.
        File.SetUnixFileMode(path, mode);
    }
}
