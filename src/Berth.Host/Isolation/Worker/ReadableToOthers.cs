namespace Berth.Host.Isolation.Worker;

/// <summary>Whether a worker with a user of its own can read what it needs: told before the start, with what to do, not by a runtime that dies.</summary>
internal static class ReadableToOthers
{
    /// <summary>Looks at each path and all folders above it.</summary>
    /// <exception cref="WorkerStartException">One of them is closed to others.</exception>
    public static void Demand(IEnumerable<string> paths)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var path in paths)
        {
            if (Obstacle(path) is { } obstacle)
            {
                throw new WorkerStartException(
                    $"A worker runs as a user of its own and cannot read {path}: {obstacle} is closed to others. Open it for reading (chmod o+rx {obstacle}), or keep these files in a folder that is open.");
            }
        }
    }

    /// <summary>The first thing on the way to a path that is closed to others; <see langword="null"/> when nothing is.</summary>
    public static string? Obstacle(string path)
    {
        var real = Path.GetFullPath(path);
        var isFolder = Directory.Exists(real);
        if (!Allows(real, isFolder ? UnixFileMode.OtherRead | UnixFileMode.OtherExecute : UnixFileMode.OtherRead))
            return real;
        for (var folder = Path.GetDirectoryName(real); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (!Allows(folder, UnixFileMode.OtherExecute))
                return folder;
        }

        return null;
    }

    private static bool Allows(string path, UnixFileMode mode) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & mode) == mode;
}
