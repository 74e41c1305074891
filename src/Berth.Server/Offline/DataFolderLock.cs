namespace Berth.Server.Offline;

/// <summary>
/// Keeps work that must be alone on a data folder away from running servers. Servers share the lock, such work takes it
/// alone. The system gives it back when a process ends in whatever way.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>The file that is locked.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "berth.lock");

    /// <summary>Takes the lock beside other servers; <see langword="null"/> while somebody has it alone.</summary>
    public static DataFolderLock? TryShare(string folder) => TryOpen(folder, FileAccess.Read, FileShare.Read);

    /// <summary>Takes the lock alone; <see langword="null"/> while a server runs or somebody else has it.</summary>
    public static DataFolderLock? TryOwn(string folder) => TryOpen(folder, FileAccess.ReadWrite, FileShare.None);

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static DataFolderLock? TryOpen(string folder, FileAccess access, FileShare share)
    {
        Directory.CreateDirectory(folder);
        var path = PathIn(folder);
        try
        {
            if (!File.Exists(path))
                File.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return new DataFolderLock(new FileStream(path, FileMode.Open, access, share));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
