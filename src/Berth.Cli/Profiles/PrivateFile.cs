namespace Berth.Cli.Profiles;

/// <summary>Files that only their owner may read, replaced as a whole: a reader sees the old bytes or the new ones.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    /// <summary>Replaces a file: written beside it with mode 0600, flushed to disk, renamed into place.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var staged = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(staged, Options(FileMode.CreateNew, FileAccess.Write, FileShare.None)))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(staged, path, overwrite: true);
        }
        finally
        {
            File.Delete(staged);
        }
    }

    /// <summary>Makes a folder that only its owner may enter, if it isn't there.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerFolder);
        }
    }

    /// <summary>Whether somebody else than the owner may read the file.</summary>
    public static bool IsOpenToOthers(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & ~OwnerFolder) != UnixFileMode.None;

    /// <summary>Holds the lock file of a folder, so that two commands don't lose each other's changes. Waits up to five seconds.</summary>
    /// <exception cref="IOException">Somebody else held the lock all the time.</exception>
    public static async Task<IDisposable> LockAsync(string path, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (attempt < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    private static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return options;
    }
}
