using Acornima.Ast;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>
/// What an expression refers to, seen from the global object: <c>eval</c>, <c>document.write</c>, <c>navigator.clipboard.readText</c>,
/// through aliases, destructuring, computed members and the other names of the global object.
/// </summary>
internal sealed class ScriptPaths(ConstantFolding constants, ScanTask task)
{
    private const int MaxDepth = 32;
    private const int MaxStepsEach = 2_000;

    private static readonly HashSet<string> Globals = new(StringComparer.Ordinal) { "window", "self", "globalThis", "global", "frames" };
    private int _steps;

    /// <summary>The path; empty for the global object itself; <see langword="null"/> when it is none.</summary>
    public string? Of(Node? node, ScriptScope scope)
    {
        _steps = 0;
        return Find(node, scope, 0);
    }

    private string? Find(Node? node, ScriptScope scope, int depth)
    {
        task.Step();
        if (node is null || depth > MaxDepth || ++_steps > MaxStepsEach)
            return null;
        switch (node)
        {
            case Identifier name:
                return OfName(name.Name, scope, depth);
            case MemberExpression member:
                return OfMember(member, scope, depth);
            case SequenceExpression sequence:
                return Find(sequence.Expressions[^1], scope, depth + 1);
            case ParenthesizedExpression group:
                return Find(group.Expression, scope, depth + 1);
            case ChainExpression chain:
                return Find(chain.Expression, scope, depth + 1);
            case AwaitExpression awaited:
                return Find(awaited.Argument, scope, depth + 1);
            case AssignmentExpression assignment:
                return Find(assignment.Right, scope, depth + 1);
            case LogicalExpression either:
                return Find(either.Left, scope, depth + 1) is { Length: > 0 } left ? left : Find(either.Right, scope, depth + 1);
            case ConditionalExpression choice:
                return Find(choice.Consequent, scope, depth + 1) is { Length: > 0 } first ? first : Find(choice.Alternate, scope, depth + 1);
            case CallExpression call:
                return OfCall(call, scope, depth);
            case ThisExpression:
                return scope.Function.Parent is null ? "" : null;
            default:
                return null;
        }
    }

    private string? OfName(string name, ScriptScope scope, int depth)
    {
        if (scope.Find(name) is not { } binding)
            return Globals.Contains(name) ? "" : name;
        foreach (var (value, where, member) in binding.Values)
        {
            if (Find(value, where, depth + 1) is { } path && (path.Length > 0 || member is not null || binding.Values.Count == 1))
                return member is null ? path : Joined(path, member);
        }

        return null;
    }

    private string? OfMember(MemberExpression member, ScriptScope scope, int depth)
    {
        var name = member switch
        {
            { Computed: false, Property: Identifier identifier } => identifier.Name,
            { Computed: true } => constants.Text(member.Property, scope) ?? "?",
            _ => null,
        };
        if (name is null)
            return null;
        // ({}).constructor.constructor and (function () {}).constructor are Function by another name.
        if (name == "constructor" && (member.Object is IFunction || (member.Object is MemberExpression inner && NameOf(inner, scope) == "constructor")))
            return "Function";
        return Find(member.Object, scope, depth + 1) is { } path ? Joined(path, name) : null;
    }

    private string? OfCall(CallExpression call, ScriptScope scope, int depth)
    {
        if (call.Callee is MemberExpression member && NameOf(member, scope) is { } name)
        {
            if (name == "bind")
                return Find(member.Object, scope, depth + 1);
            if (name == "get" && member.Object is Identifier { Name: "Reflect" } && call.Arguments.Count >= 2)
                return Find(call.Arguments[0], scope, depth + 1) is { } path && constants.Text(call.Arguments[1], scope) is { } key ? Joined(path, key) : null;
        }

        // require("x").y is a path of its own.
        return call.Arguments.Count == 1 && Find(call.Callee, scope, depth + 1) is "require" or "module.require" && constants.Text(call.Arguments[0], scope) is { } module ? $"require({module})" : null;
    }

    private string? NameOf(MemberExpression member, ScriptScope scope) =>
        member.Computed ? constants.Text(member.Property, scope) : (member.Property as Identifier)?.Name;

    private static string Joined(string path, string name) =>
        path.Length > 0 ? path.Length + name.Length > 400 ? "?" : $"{path}.{name}" : Globals.Contains(name) ? "" : name;
}
