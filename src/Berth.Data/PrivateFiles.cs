namespace Berth.Data;

/// <summary>
/// Keeps other users of the machine away from what Berth stores. Plugins' workers are such users where the host is root; the
/// owner's group keeps its rights, for a backup that runs as a member of it.
/// </summary>
public static class PrivateFiles
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>A file that others may not open: made when it is not there, its rights narrowed when it is.</summary>
    public static void KeepFile(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        if (File.Exists(path))
            Narrow(path);
        else
            new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = Owner }).Dispose();
    }

    /// <summary>A file that is there and that others may not open; nothing when it is not there.</summary>
    public static void NarrowFile(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
            Narrow(path);
    }

    /// <summary>A folder that others may neither list nor pass.</summary>
    public static void KeepFolder(string path)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            Narrow(path);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Narrow(string path)
    {
        var mode = File.GetUnixFileMode(path);
        if ((mode & Others) == UnixFileMode.None)
            return;
        try
        {
            File.SetUnixFileMode(path, mode & ~Others);
        }
        catch (UnauthorizedAccessException)
        {
            // Somebody else's file: whoever gave it to Berth decides who reads it.
        }
    }
}
