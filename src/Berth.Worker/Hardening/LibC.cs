using System.Runtime.InteropServices;

namespace Berth.Worker.Hardening;

/// <summary>The calls of the C library that hardening needs.</summary>
internal static partial class LibC
{
    /// <summary>prctl(2): nothing that this process starts gets rights that it has not itself.</summary>
    public const int SetNoNewPrivileges = 38;

    /// <summary>open(2): a descriptor that only says which file it is.</summary>
    public const int PathOnly = 0x200000;

    /// <summary>open(2): a program that this process becomes does not have the descriptor.</summary>
    public const int CloseOnExec = 0x80000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    /// <summary>execv(3): this process becomes a program, with the environment that it has. The arguments end with <see langword="null"/>.</summary>
    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Execute(string program, string?[] arguments);

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
    public static partial nint SystemCall(nint number, nint argument1, nint argument2, nint argument3, nint argument4 = 0);

    /// <summary><c>struct rlimit</c> of a 64-bit system.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Limit
    {
        public nuint Current;
        public nuint Most;
    }
}
