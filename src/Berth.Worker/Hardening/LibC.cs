using System.Runtime.InteropServices;

namespace Berth.Worker.Hardening;

/// <summary>The calls of the C library that hardening needs.</summary>
internal static partial class LibC
{
    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentProcessId();

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint SetSignal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint argument1, nint argument2, nint argument3);

    /// <summary><c>struct rlimit</c> of a 64-bit system.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Limit
    {
        public nuint Current;
        public nuint Most;
    }
}
