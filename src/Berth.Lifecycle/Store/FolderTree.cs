namespace Berth.Lifecycle.Store;

/// <summary>Folders as a whole: protected against change, and removed although they are protected.</summary>
internal static class FolderTree
{
    private const int DeleteAttempts = 100;
    private const UnixFileMode FileMode =
        UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode DirectoryMode = FileMode
        | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>
    /// Makes everything below the folder read-only (files 0444, folders 0555). The folder itself comes after its rename
    /// (<see cref="ProtectTop"/>): only an owner with write permission may move a folder to another parent.
    /// </summary>
    public static void ProtectContent(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            if (OperatingSystem.IsWindows())
                File.SetAttributes(file, FileAttributes.ReadOnly);
            else
                File.SetUnixFileMode(file, FileMode);
        }

        if (OperatingSystem.IsWindows())
            return;
        foreach (var inner in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(inner, DirectoryMode);
    }

    /// <summary>Makes the folder itself read-only.</summary>
    public static void ProtectTop(string directory)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(directory, DirectoryMode);
    }

    /// <summary>Removes a folder and what is in it, if it is there. Somebody else may be removing it, too.</summary>
    public static void Delete(string directory)
    {
        for (var attempt = 1; Directory.Exists(directory); attempt++)
        {
            try
            {
                Unprotect(directory);
                Directory.Delete(directory, recursive: true);
                return;
            }
            catch (Exception exception) when (attempt < DeleteAttempts && exception is DirectoryNotFoundException or FileNotFoundException)
            {
                // Its owner and the sweep, which found it just when its owner let go, remove the same folder: look again.
            }
        }
    }

    /// <summary>Moves a protected folder to another parent on the same disk.</summary>
    public static void Move(string directory, string target)
    {
        Open(directory);
        Directory.Move(directory, target);
    }

    /// <summary>Lets the folder itself be moved by its owner.</summary>
    public static void Open(string directory)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(directory, DirectoryMode | UnixFileMode.UserWrite);
    }

    /// <summary>How many bytes the files below a folder have.</summary>
    public static long Bytes(string directory)
    {
        try
        {
            return Directory.Exists(directory) ? new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : 0;
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            return 0; // on its way out
        }
    }

    private static void Unprotect(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
                File.SetAttributes(file, FileAttributes.Normal);
            return;
        }

        File.SetUnixFileMode(directory, DirectoryMode | UnixFileMode.UserWrite);
        foreach (var inner in Directory.EnumerateDirectories(directory))
            Unprotect(inner);
    }
}
