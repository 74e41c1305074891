using System.Runtime.InteropServices;

namespace Berth.Data.Blobs;

/// <summary>Makes renames and deletions in a folder survive a power cut (fsync(2): a file's own flush does not cover its name).</summary>
internal static partial class DurableFolder
{
    private const int ReadOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC

    /// <summary>Returns when the folder's entries are on disk.</summary>
    /// <exception cref="IOException">The folder cannot be flushed.</exception>
    public static void Flush(string path)
    {
        // Windows journals names by itself and offers no such call.
        if (!OperatingSystem.IsLinux())
            return;

        var descriptor = Open(path, ReadOnlyCloseOnExec);
        if (descriptor < 0)
            throw Failure();

        try
        {
            if (FSync(descriptor) != 0)
                throw Failure();
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure() => new($"A folder of the package store cannot be flushed to disk: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
