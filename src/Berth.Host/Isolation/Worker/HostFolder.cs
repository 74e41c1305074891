using Berth.Host.Isolation.Limits;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// A folder that belongs to one host for as long as it lives: beside it lies a file that the host keeps locked, and the kernel
/// lets the lock go however the host ends. So the next start can take away what a killed host left, and never what one has that runs,
/// also where hosts see each other's folders and not each other's processes.
/// </summary>
internal sealed class HostFolder : IDisposable
{
    private const string Hosts = "hosts";
    private const string LockEnding = ".lock";
    private const int LongestSocket = 107;
    private const int Tries = 100;

    private readonly FileStream _lock;

    private HostFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <param name="run">The host's run folder.</param>
    /// <exception cref="WorkerStartException">It cannot be made.</exception>
    public static HostFolder Take(string run)
    {
        try
        {
            var hosts = RunFolder.Passage(run, Hosts);
            for (var i = 0; i < Tries; i++)
            {
                var name = HostProcess.NewName();
                // Whoever sweeps may hold it for a moment, as it looks like one that is left.
                if (TryLock(System.IO.Path.Combine(hosts, name + LockEnding)) is { } held)
                    return new HostFolder(Fitting(RunFolder.Passage(hosts, name)), held);
            }

            throw new WorkerStartException($"No folder for sockets could be locked in {hosts}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WorkerStartException($"The folder for workers' sockets cannot be made in {run}: {exception.Message}", exception);
        }
    }

    /// <summary>Takes away the folders of hosts that have ended.</summary>
    /// <param name="run">The host's run folder.</param>
    public static void Sweep(string run)
    {
        var hosts = System.IO.Path.Combine(run, Hosts);
        if (!Directory.Exists(hosts))
            return;
        foreach (var file in Directory.EnumerateFiles(hosts, "*" + LockEnding).ToList())
        {
            if (TryLock(file) is not { } held)
                continue;
            using (held)
                Remove(file[..^LockEnding.Length], file);
        }
    }

    public void Dispose()
    {
        using (_lock)
            Remove(Path, Path + LockEnding);
    }

    private static void Remove(string folder, string file)
    {
        try
        {
            // Links in it are taken away, never followed.
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Something of it is still in use; the next start finds it again by its lock.
        }
    }

    private static FileStream? TryLock(string file)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None };
            // Who could open it could lock it.
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new FileStream(file, options);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // The path of a Unix socket has at most 107 bytes.
    private static string Fitting(string path) => System.Text.Encoding.UTF8.GetByteCount(path) + "/w1000000.sock".Length <= LongestSocket
        ? path
        : throw new WorkerStartException($"The path {path} is too long for Unix sockets. Choose a shorter run folder.");
}
