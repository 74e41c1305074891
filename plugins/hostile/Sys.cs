using System.Runtime.InteropServices;
using System.Text;

namespace Hostile;

/// <summary>System calls by number, as an attacker makes them who does not ask the framework.</summary>
internal static unsafe class Sys
{
    // By its address: a host that loads the plugin itself refuses declared imports of native libraries, and sees no others.
    private static readonly delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint> Function =
        (delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint>)NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "syscall");

    [ThreadStatic]
    private static int _error;

    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>Calls, and says what came of it.</summary>
    public static string Try(string name, long x64, long arm64, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0)
    {
        var result = Call(x64, arm64, a, b, c, d, e, f);
        return result >= 0 ? $"reached: {name} gave {result}" : Stopped(name);
    }

    public static long Call(long x64, long arm64, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) =>
        Remember(Function((nint)(IsArm ? arm64 : x64), (nint)a, (nint)b, (nint)c, (nint)d, (nint)e, (nint)f));

    /// <summary>What the last call failed with.</summary>
    public static string Stopped(string name) => $"stopped: {name}: {Marshal.GetPInvokeErrorMessage(_error)}";

    /// <summary>A text for the kernel; it is not given back.</summary>
    public static long Text(string text) => Bytes([.. Encoding.UTF8.GetBytes(text), 0]);

    public static long Bytes(byte[] bytes)
    {
        var memory = NativeMemory.AllocZeroed((nuint)Math.Max(bytes.Length, 1));
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        return (long)memory;
    }

    public static int Kill(int process, int signal) => (int)Call(62, 129, process, signal);

    /// <summary>Ends the process at once, whatever it is.</summary>
    public static void Die() => Call(231, 94, 3);

    private static nint Remember(nint result)
    {
        _error = Marshal.GetLastSystemError();
        return result;
    }
}
