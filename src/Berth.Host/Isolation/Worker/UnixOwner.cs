using System.Runtime.InteropServices;

namespace Berth.Host.Isolation.Worker;

/// <summary>Gives files to other users and tells whose they are; the framework cannot.</summary>
internal static partial class UnixOwner
{
    /// <summary>What stood in the way; <see langword="null"/> when it is done. Never follows a link.</summary>
    public static string? Change(string path, int user, int group) =>
        ChangeOwner(path, user, group) == 0 ? null : Marshal.GetLastPInvokeErrorMessage();

    /// <summary>The user that a file belongs to; <see langword="null"/> when it cannot be seen. Never follows a link.</summary>
    public static unsafe int? Of(string path)
    {
        // struct statx, see statx(2): the user is its fourth member.
        const int ThisFolder = -100;
        const int NoFollow = 0x100;
        const uint User = 8;
        const int UserOffset = 20;
        var answer = stackalloc byte[256];
        return Status(ThisFolder, path, NoFollow, User, answer) == 0 && (*(uint*)answer & User) != 0 ? *(int*)(answer + UserOffset) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Status(int folder, string path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int user, int group);
}
