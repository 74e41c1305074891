using Berth.Worker.SystemCalls;

namespace Berth.Worker.Tests.SystemCalls;

/// <summary>Runs a filter as the kernel does, over one call's data (<c>struct seccomp_data</c>), and checks what the kernel's own checker does.</summary>
internal static class FilterInterpreter
{
    private const int MostInstructions = 4096;

    public static uint Run(IReadOnlyList<FilterInstruction> program, uint architecture, uint number, params ulong[] arguments)
    {
        program.Count.ShouldBeLessThan(MostInstructions);
        uint accumulator = 0;
        for (var at = 0; at < program.Count; at++)
        {
            var one = program[at];
            switch (one.Code)
            {
                case FilterInstruction.Load:
                    accumulator = Word(one.Value, architecture, number, arguments);
                    break;
                case FilterInstruction.And:
                    accumulator &= one.Value;
                    break;
                case FilterInstruction.JumpEqual:
                    at += accumulator == one.Value ? one.JumpTrue : one.JumpFalse;
                    break;
                case FilterInstruction.JumpGreater:
                    at += accumulator > one.Value ? one.JumpTrue : one.JumpFalse;
                    break;
                case FilterInstruction.JumpGreaterOrEqual:
                    at += accumulator >= one.Value ? one.JumpTrue : one.JumpFalse;
                    break;
                case FilterInstruction.JumpAnyBit:
                    at += (accumulator & one.Value) != 0 ? one.JumpTrue : one.JumpFalse;
                    break;
                case FilterInstruction.Return:
                    return one.Value;
                default:
                    throw new InvalidOperationException($"The kernel does not know instruction {one.Code:x}.");
            }
        }

        throw new InvalidOperationException("The program ran over its end; the kernel would not take it.");
    }

    private static uint Word(uint offset, uint architecture, uint number, ulong[] arguments)
    {
        (offset % 4).ShouldBe(0u);
        if (offset == 0)
            return number;
        if (offset == 4)
            return architecture;
        offset.ShouldBeInRange(16u, 60u);
        var index = (int)(offset - 16) / 8;
        var argument = index < arguments.Length ? arguments[index] : 0;
        return (offset - 16) % 8 == 0 ? (uint)argument : (uint)(argument >> 32);
    }
}
