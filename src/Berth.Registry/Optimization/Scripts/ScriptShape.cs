using Acornima.Ast;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>
/// What others see of a script: a module's exports and imports; a classic script's globals; of webpack's files the chunks
/// and modules in them and what the container exposes. Two files with the same shape can take each other's place as far as
/// names go.
/// </summary>
internal sealed record ScriptShape
{
    private static readonly HashSet<string> GlobalObjects = new(StringComparer.Ordinal) { "window", "self", "globalThis" };

    /// <summary>Whether it is an ES module.</summary>
    public required bool IsModule { get; init; }

    /// <summary>Names that a module exports; <c>* from source</c> for what it passes on whole.</summary>
    public required IReadOnlySet<string> Exports { get; init; }

    /// <summary>Names that a classic script declares at its top or sets on the global object.</summary>
    public required IReadOnlySet<string> Globals { get; init; }

    /// <summary>Chunk ids and module ids that a webpack file brings.</summary>
    public required IReadOnlySet<string> Modules { get; init; }

    /// <summary>Keys such as <c>./Panel</c> whose values are functions: what a container exposes.</summary>
    public required IReadOnlySet<string> Exposed { get; init; }

    /// <summary>The shape of a script, with what its evals hold.</summary>
    public static ScriptShape Of(ParsedScript script)
    {
        var globals = new SortedSet<string>(StringComparer.Ordinal);
        var modules = new SortedSet<string>(StringComparer.Ordinal);
        var exposed = new SortedSet<string>(StringComparer.Ordinal);
        if (!script.IsModule)
            globals.UnionWith(script.Program.Body.SelectMany(Declared));
        Look(script, globals, modules, exposed, depth: 0);
        return new ScriptShape
        {
            IsModule = script.IsModule,
            Exports = script.IsModule ? ModuleExports.Of(script) : new SortedSet<string>(StringComparer.Ordinal),
            Globals = globals,
            Modules = modules,
            Exposed = exposed,
        };
    }

    /// <summary>What the other one has another way, in words; <see langword="null"/> when nothing.</summary>
    public string? Difference(ScriptShape other)
    {
        if (IsModule != other.IsModule)
            return "one is an ES module and the other is none";
        return Difference("exports", Exports, other.Exports) ?? Difference("globals", Globals, other.Globals)
            ?? Difference("modules", Modules, other.Modules) ?? Difference("exposed modules", Exposed, other.Exposed);
    }

    private static string? Difference(string what, IReadOnlySet<string> one, IReadOnlySet<string> other)
    {
        var name = one.Except(other, StringComparer.Ordinal).Concat(other.Except(one, StringComparer.Ordinal)).FirstOrDefault();
        return name is null ? null : $"other {what}: '{name}'";
    }

    private static void Look(ParsedScript script, SortedSet<string> globals, SortedSet<string> modules, SortedSet<string> exposed, int depth)
    {
        foreach (var node in script.Nodes())
        {
            switch (node)
            {
                case AssignmentExpression { Left: MemberExpression { Computed: false, Object: Identifier target, Property: Identifier name } } when GlobalObjects.Contains(target.Name):
                    globals.Add(name.Name);
                    break;
                case AssignmentExpression { Left: MemberExpression { Computed: true, Object: Identifier target, Property: StringLiteral name } } when GlobalObjects.Contains(target.Name):
                    globals.Add(name.Value);
                    break;
                case CallExpression call:
                    modules.UnionWith(WebpackChunk.NamesIn(call));
                    break;
                case ObjectProperty { Key: StringLiteral { Value: ['.', '/', ..] } key, Value: IFunction }:
                    exposed.Add(key.Value);
                    break;
                case FunctionBody body when depth == 0 && EvalModules.Inside(body) is { } inner:
                    Look(inner, globals, modules, exposed, depth + 1);
                    break;
                default:
                    break;
            }
        }
    }

    private static IEnumerable<string> Declared(Node statement) => statement switch
    {
        VariableDeclaration variables => variables.Declarations.SelectMany(variable => Bindings.In(variable.Id)),
        FunctionDeclaration { Id: { } id } => [id.Name],
        ClassDeclaration { Id: { } id } => [id.Name],
        _ => [],
    };
}
