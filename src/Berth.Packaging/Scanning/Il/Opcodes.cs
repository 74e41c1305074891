using System.Reflection;
using System.Reflection.Emit;

namespace Berth.Packaging.Scanning.Il;

/// <summary>Lengths of operands (ECMA-335 III), as the runtime's own table has them.</summary>
internal static class Opcodes
{
    /// <summary>The operand's length is in its first four bytes.</summary>
    public const int Switch = -1;

    /// <summary>There is no such instruction.</summary>
    public const int Unknown = -2;

    public const int Call = 0x28, Calli = 0x29, Callvirt = 0x6F, Ldstr = 0x72, Newobj = 0x73;

    private static readonly int[] Sizes = Table();

    /// <summary>The operand's length. Instructions of two bytes are 0x100 and their second byte.</summary>
    public static int OperandSize(int opcode) => Sizes[opcode];

    private static int[] Table()
    {
        var sizes = new int[512];
        Array.Fill(sizes, Unknown);
        foreach (var field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var opcode = (OpCode)field.GetValue(null)!;
            var value = (ushort)opcode.Value;
            sizes[value > 0xFF ? 0x100 | (value & 0xFF) : value] = opcode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => Switch,
                _ => 4,
            };
        }

        return sizes;
    }
}
