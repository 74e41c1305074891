using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Berth.Host.Offers;

/// <summary>What a descriptor leads to: statx(2) says it in one question, and of links what they are themselves.</summary>
internal sealed partial record UnixStatus(UnixKind Kind, long Length, DateTimeOffset ModifiedAt, UnixFileMode Mode)
{
    private const int EmptyPath = 0x1000;
    private const uint Basic = 0x7ff;
    private const int KindMask = 0xF000;
    private const int ModeMask = 0x1FF;

    // struct statx, see statx(2).
    private const int LinksOffset = 16;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int SizeOffset = 40;
    private const int ModifiedOffset = 112;
    private const int DeviceOffset = 136;

    /// <summary>How many names it has; none when it is deleted and only held open.</summary>
    public uint Names { get; private init; }

    /// <summary>What tells it from all other files of the machine: its device and its number there.</summary>
    public (ulong Device, ulong Number) Identity { get; private init; }

    /// <summary>Asks.</summary>
    public static unsafe UnixStatus Of(SafeFileHandle handle)
    {
        var answer = stackalloc byte[256];
        if (Status(handle, "", EmptyPath, Basic, answer) != 0)
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()), Marshal.GetLastPInvokeError());
        var mode = *(ushort*)(answer + ModeOffset);
        var kind = (mode & KindMask) switch
        {
            0x8000 => UnixKind.File,
            0x4000 => UnixKind.Folder,
            0xA000 => UnixKind.Link,
            _ => UnixKind.Special,
        };
        return new UnixStatus(kind, *(long*)(answer + SizeOffset), DateTimeOffset.FromUnixTimeSeconds(*(long*)(answer + ModifiedOffset)), (UnixFileMode)(mode & ModeMask))
        {
            Names = *(uint*)(answer + LinksOffset),
            Identity = (*(ulong*)(answer + DeviceOffset), *(ulong*)(answer + InodeOffset)), // the device is two numbers of four bytes
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Status(SafeFileHandle folder, string path, int flags, uint mask, byte* answer);
}

/// <summary>Kinds of things in a folder.</summary>
internal enum UnixKind
{
    /// <summary>An ordinary file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A device, a socket, a pipe.</summary>
    Special,
}
