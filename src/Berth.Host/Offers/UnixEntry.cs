using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Berth.Host.Offers;

/// <summary>
/// Something in a folder, held by a descriptor. From an offered folder down each name is opened within the folder before it, and never through a
/// link: what is done is done to this very thing, wherever its name may point by then.
/// </summary>
internal sealed partial class UnixEntry : IDisposable
{
    private const int PathOnly = 0x200000;
    private const int CloseOnExec = 0x80000;
    private const int NotFound = 2;
    private const int NotPermitted = 1;
    private const int NoAccess = 13;
    private const int NoFolder = 20;

    // Of open(2); these two differ between the architectures.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    private readonly SafeFileHandle _handle;

    private UnixEntry(SafeFileHandle handle)
    {
        _handle = handle;
        Status = UnixStatus.Of(handle);
    }

    /// <summary>What it is.</summary>
    public UnixStatus Status { get; }

    /// <summary>Leads to it for as long as this is open, and to nothing else.</summary>
    public string Path => $"/proc/self/fd/{_handle.DangerousGetHandle()}";

    /// <summary>Opens what an administrator named; links on the way there are the administrator's.</summary>
    public static UnixEntry? Open(string path) => Of(OpenAt(-1, path, PathOnly | CloseOnExec, 0));

    /// <summary>Opens what has a name in this folder; <see langword="null"/> when there is nothing. A link is opened as the link that it is.</summary>
    public UnixEntry? Child(string name)
    {
        var isHeld = false;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
            return Of(OpenAt((int)_handle.DangerousGetHandle(), name, PathOnly | NoFollow | CloseOnExec, 0));
        }
        finally
        {
            if (isHeld)
                _handle.DangerousRelease();
        }
    }

    public void Dispose() => _handle.Dispose();

    private static UnixEntry? Of(int descriptor)
    {
        if (descriptor >= 0)
            return new UnixEntry(new SafeFileHandle(descriptor, ownsHandle: true));
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            NotFound or NoFolder => null,
            NoAccess or NotPermitted => throw new UnauthorizedAccessException("", new IOException(Marshal.GetPInvokeErrorMessage(error), error)),
            _ => throw new IOException(Marshal.GetPInvokeErrorMessage(error), error),
        };
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string path, int flags, int mode);
}
