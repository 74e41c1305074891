namespace Berth.Worker.SystemCalls;

/// <summary>Writes a filter, instruction by instruction. Every test ends in a return of its own, so no jump is ever long.</summary>
internal sealed class FilterProgram
{
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint FirstArgumentOffset = 16;
    private readonly List<FilterInstruction> _instructions = [];

    /// <summary>What was written.</summary>
    public IReadOnlyList<FilterInstruction> Instructions => _instructions;

    public FilterProgram LoadNumber() => Add(FilterInstruction.Load, NumberOffset);

    public FilterProgram LoadArchitecture() => Add(FilterInstruction.Load, ArchitectureOffset);

    /// <summary>The low half of an argument: what the kernel itself looks at where the argument is an int.</summary>
    public FilterProgram LoadArgument(int index) => Add(FilterInstruction.Load, FirstArgumentOffset + (8 * (uint)index));

    /// <summary>The high half of an argument.</summary>
    public FilterProgram LoadHighArgument(int index) => Add(FilterInstruction.Load, FirstArgumentOffset + (8 * (uint)index) + 4);

    public FilterProgram Mask(uint bits) => Add(FilterInstruction.And, bits);

    public FilterProgram Return(uint action) => Add(FilterInstruction.Return, action);

    public FilterProgram ReturnIfEqual(uint value, uint action) => Add(FilterInstruction.JumpEqual, value, 0, 1).Return(action);

    public FilterProgram ReturnUnlessEqual(uint value, uint action) => Add(FilterInstruction.JumpEqual, value, 1, 0).Return(action);

    public FilterProgram ReturnIfGreater(uint value, uint action) => Add(FilterInstruction.JumpGreater, value, 0, 1).Return(action);

    public FilterProgram ReturnIfAnyBit(uint bits, uint action) => Add(FilterInstruction.JumpAnyBit, bits, 0, 1).Return(action);

    public FilterProgram ReturnUnlessAnyBit(uint bits, uint action) => Add(FilterInstruction.JumpAnyBit, bits, 1, 0).Return(action);

    /// <summary>For numbers up to <paramref name="last"/> that no range before had: one action from <paramref name="first"/> on, another below.</summary>
    public FilterProgram Range(uint first, uint last, uint inside, uint below) =>
        Add(FilterInstruction.JumpGreater, last, 3, 0)
            .Add(FilterInstruction.JumpGreaterOrEqual, first, 0, 1)
            .Return(inside)
            .Return(below);

    /// <summary>Judges one call by its arguments. The body ends in a return.</summary>
    public FilterProgram ForCall(uint number, Action<FilterProgram> body)
    {
        var inner = new FilterProgram();
        body(inner);
        if (inner._instructions[^1].Code != FilterInstruction.Return)
            throw new InvalidOperationException("A judgement has to end in a return.");
        Add(FilterInstruction.JumpEqual, number, 0, checked((byte)inner._instructions.Count));
        _instructions.AddRange(inner._instructions);
        return this;
    }

    private FilterProgram Add(ushort code, uint value, byte jumpTrue = 0, byte jumpFalse = 0)
    {
        _instructions.Add(new FilterInstruction(code, jumpTrue, jumpFalse, value));
        return this;
    }
}
