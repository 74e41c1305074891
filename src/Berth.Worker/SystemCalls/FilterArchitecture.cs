using System.Runtime.InteropServices;

namespace Berth.Worker.SystemCalls;

/// <summary>An architecture that the filter can be built for.</summary>
/// <param name="Audit">The kernel's name for it (<c>AUDIT_ARCH_…</c>), with which each call comes.</param>
/// <param name="Number">The number of a call on it.</param>
internal sealed record FilterArchitecture(uint Audit, Func<SystemCall, int> Number)
{
    public static FilterArchitecture X64 { get; } = new(0xC000003E, call => call.X64);

    public static FilterArchitecture Arm64 { get; } = new(0xC00000B7, call => call.Arm64);

    /// <summary>The one that this process runs on; <see langword="null"/> when there is no table for it.</summary>
    public static FilterArchitecture? Current => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => Arm64,
        _ => null,
    };
}
