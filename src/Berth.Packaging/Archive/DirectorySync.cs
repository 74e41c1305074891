using System.Runtime.InteropServices;

namespace Berth.Packaging.Archive;

/// <summary>Flushes a folder's list of names to disk. .NET has no call for it; without it a crash may forget files that were flushed.</summary>
internal static partial class DirectorySync
{
    private const int CloseOnExec = 0x80000;
    private const int InvalidArgument = 22;

    /// <summary>Does nothing where the system has no such call (Windows keeps names in a journal).</summary>
    /// <exception cref="IOException">The disk reported an error.</exception>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = Open(folder, CloseOnExec);
        if (descriptor < 0)
        {
            throw Failure();
        }

        try
        {
            // EINVAL: the file system (some network and user-space ones) cannot flush folders.
            if (Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
            {
                throw Failure();
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure() => new($"A folder could not be flushed to disk: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
