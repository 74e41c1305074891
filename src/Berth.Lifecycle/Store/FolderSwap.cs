using System.Runtime.InteropServices;

namespace Berth.Lifecycle.Store;

/// <summary>
/// Lets two folders change places, so that a reader finds the one or the other at any moment: renameat2(2) with
/// RENAME_EXCHANGE. Where the system or the disk has no such call, two renames, with a moment without the folder.
/// </summary>
internal static partial class FolderSwap
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint Exchange = 2;           // RENAME_EXCHANGE

    /// <summary>Puts the new folder into the other one's place, and the old one, if there is one, into the new one's.</summary>
    public static void Put(string fresh, string place)
    {
        if (!Directory.Exists(place))
        {
            FolderTree.Move(fresh, place);
            return;
        }

        FolderTree.Open(fresh);
        FolderTree.Open(place);
        if (OperatingSystem.IsLinux() && TryExchange(fresh, place))
            return;
        var old = fresh + ".old";
        Directory.Move(place, old);
        Directory.Move(fresh, place);
        Directory.Move(old, fresh);
    }

    private static bool TryExchange(string one, string other)
    {
        try
        {
            return RenameAt2(CurrentDirectory, one, CurrentDirectory, other, Exchange) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // an older C library
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);
}
