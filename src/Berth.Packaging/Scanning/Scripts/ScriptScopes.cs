using Acornima.Ast;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Finds the scopes of a program and what each name was given, in one walk without recursion.</summary>
internal sealed class ScriptScopes(ScanTask task)
{
    private readonly Dictionary<Node, ScriptScope> _scopes = new(ReferenceEqualityComparer.Instance);
    private readonly List<(AssignmentExpression Assignment, ScriptScope Scope)> _assignments = [];

    /// <summary>The scope inside a node, when it opens one.</summary>
    public ScriptScope? Inside(Node node) => _scopes.GetValueOrDefault(node);

    /// <summary>Reads the program. Returns its outermost scope.</summary>
    public ScriptScope Read(Program program)
    {
        var top = new ScriptScope(null, isFunction: true);
        var open = new Stack<(Node Node, ScriptScope Scope)>();
        open.Push((program, top));
        while (open.TryPop(out var item))
        {
            task.Step();
            var inner = Enter(item.Node, item.Scope);
            foreach (var child in item.Node.ChildNodes)
                open.Push((child, inner));
        }

        // Assignments last: a name may be declared behind them.
        foreach (var (assignment, scope) in _assignments)
        {
            if (assignment.Left is Identifier identifier)
                scope.Find(identifier.Name)?.Give(assignment.Right, scope);
            else if (assignment.Left is ObjectPattern or ArrayPattern)
                Pattern(assignment.Left, assignment.Right, scope, name => scope.Find(name));
        }

        return top;
    }

    private ScriptScope Enter(Node node, ScriptScope scope)
    {
        switch (node)
        {
            case IFunction function:
                if (node is FunctionDeclaration { Id: { } name })
                    scope.Declare(name.Name).Give(node, scope);
                var inside = new ScriptScope(scope, isFunction: true);
                _scopes[node] = inside;
                if (node is FunctionExpression { Id: { } own })
                    inside.Declare(own.Name).Give(node, inside);
                foreach (var parameter in function.Params)
                    Pattern(parameter, null, inside, inside.Declare);
                return inside;
            case BlockStatement or ForStatement or ForInStatement or ForOfStatement or SwitchStatement or CatchClause:
                var block = new ScriptScope(scope, isFunction: false);
                _scopes[node] = block;
                if (node is CatchClause { Param: { } caught })
                    Pattern(caught, null, block, block.Declare);
                return block;
            case ClassDeclaration { Id: { } kind }:
                scope.Declare(kind.Name).Give(node, scope);
                return scope;
            case VariableDeclaration declaration:
                var target = declaration.Kind == VariableDeclarationKind.Var ? scope.Function : scope;
                foreach (var declarator in declaration.Declarations)
                    Pattern(declarator.Id, declarator.Init, scope, target.Declare);
                return scope;
            case ImportDeclaration import:
                foreach (var specifier in import.Specifiers)
                    scope.Declare(specifier.Local.Name).Give(null, scope);
                return scope;
            case AssignmentExpression assignment:
                _assignments.Add((assignment, scope));
                return scope;
            default:
                return scope;
        }
    }

    /// <summary>Gives the names in a pattern the parts of a value.</summary>
    private void Pattern(Node pattern, Node? value, ScriptScope scope, Func<string, Binding?> find)
    {
        var open = new Stack<(Node Pattern, Node? Value, string? Member)>();
        open.Push((pattern, value, null));
        while (open.TryPop(out var item))
        {
            task.Step();
            switch (item.Pattern)
            {
                case Identifier identifier:
                    find(identifier.Name)?.Give(item.Value, scope, item.Member);
                    break;
                case AssignmentPattern preset:
                    open.Push((preset.Left, item.Value ?? preset.Right, item.Value is null ? null : item.Member));
                    break;
                case RestElement rest:
                    open.Push((rest.Argument, null, null));
                    break;
                case ObjectPattern members:
                    foreach (var property in members.Properties)
                    {
                        if (property is Property { Value: { } inner } named)
                            open.Push((inner, item.Member is null ? item.Value : null, Key(named)));
                        else
                            open.Push((property, null, null));
                    }

                    break;
                case ArrayPattern elements:
                    for (var i = 0; i < elements.Elements.Count; i++)
                    {
                        if (elements.Elements[i] is { } element)
                            open.Push((element, (item.Value as ArrayExpression)?.Elements.ElementAtOrDefault(i), null));
                    }

                    break;
            }
        }
    }

    private static string? Key(Property property) => property switch
    {
        { Computed: false, Key: Identifier identifier } => identifier.Name,
        { Key: StringLiteral text } => text.Value,
        _ => "?",
    };
}
