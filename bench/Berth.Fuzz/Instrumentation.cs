using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Berth.Fuzz;

/// <summary>Rewrites an assembly so that every basic block reports itself to <see cref="Edges"/>.</summary>
internal static class Instrumentation
{
    /// <summary>Rewrites the file in place. Returns the number of blocks.</summary>
    public static int Rewrite(string path)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(path, new ReaderParameters { InMemory = true });
        var module = assembly.MainModule;
        var hit = module.ImportReference(typeof(Edges).GetMethod(nameof(Edges.Hit)));
        var random = new Random(1);
        var blocks = 0;
        foreach (var method in module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            var body = method.Body;
            body.SimplifyMacros();
            foreach (var start in Starts(body))
            {
                Insert(body, start, hit, random.Next(1 << 16));
                blocks++;
            }

            body.OptimizeMacros();
        }

        assembly.Write(path);
        return blocks;
    }

    /// <summary>The first instruction, the targets of jumps, and what follows a conditional one.</summary>
    private static List<Instruction> Starts(MethodBody body)
    {
        var starts = new HashSet<Instruction> { body.Instructions[0] };
        foreach (var instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
                starts.Add(target);
            if (instruction.Operand is Instruction[] targets)
                starts.UnionWith(targets);
            if (instruction.OpCode.FlowControl == FlowControl.Cond_Branch && instruction.Next is { } next)
                starts.Add(next);
        }

        // Handlers begin with an exception on the stack; a filter's end belongs to its handler.
        foreach (var handler in body.ExceptionHandlers)
        {
            starts.Remove(handler.HandlerStart);
            if (handler.FilterStart is not null)
                starts.Remove(handler.FilterStart);
        }

        return [.. starts];
    }

    // The first instruction keeps its identity and becomes the report, so that every jump and every region that named it
    // still does.
    private static void Insert(MethodBody body, Instruction start, MethodReference hit, int block)
    {
        var il = body.GetILProcessor();
        var copy = il.Create(OpCodes.Nop);
        (copy.OpCode, copy.Operand) = (start.OpCode, start.Operand);
        (start.OpCode, start.Operand) = (OpCodes.Ldc_I4, block);
        var call = il.Create(OpCodes.Call, hit);
        il.InsertAfter(start, call);
        il.InsertAfter(call, copy);
    }
}
