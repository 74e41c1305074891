using System.Runtime.InteropServices;

namespace Berth.Worker.SystemCalls;

/// <summary>One instruction of a classic BPF program, as the kernel takes it (<c>struct sock_filter</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Value)
{
    /// <summary>A := the 32-bit word of the call's data at an offset.</summary>
    public const ushort Load = 0x20;

    /// <summary>A := A and a constant.</summary>
    public const ushort And = 0x54;

    /// <summary>Jump by whether A equals a constant.</summary>
    public const ushort JumpEqual = 0x15;

    /// <summary>Jump by whether A is greater than a constant, unsigned.</summary>
    public const ushort JumpGreater = 0x25;

    /// <summary>Jump by whether A is greater than or equal to a constant, unsigned.</summary>
    public const ushort JumpGreaterOrEqual = 0x35;

    /// <summary>Jump by whether A and a constant have a bit in common.</summary>
    public const ushort JumpAnyBit = 0x45;

    /// <summary>End with a constant.</summary>
    public const ushort Return = 0x06;
}
