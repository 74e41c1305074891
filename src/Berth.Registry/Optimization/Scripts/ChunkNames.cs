using System.Globalization;
using Acornima;
using Acornima.Ast;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>
/// The functions of a webpack runtime that make a chunk's file name from its id (<c>require.u</c> for scripts,
/// <c>require.miniCssF</c> for styles), computed without running anything: texts, sums, tables and choices.
/// </summary>
internal sealed class ChunkNames
{
    private readonly Node _body;
    private readonly string _parameter;

    private ChunkNames(Node body, string parameter) => (_body, _parameter) = (body, parameter);

    /// <summary>The naming functions in a script, and in what its evals hold.</summary>
    public static IReadOnlyList<ChunkNames> In(ParsedScript script)
    {
        var found = new List<ChunkNames>();
        foreach (var node in script.Nodes())
        {
            if (node is AssignmentExpression
                {
                    Left: MemberExpression { Computed: false, Property: Identifier { Name: "u" or "miniCssF" or "k" } }, Right: IFunction function,
                }
                && function.Params.Count == 1 && function.Params[0] is Identifier parameter && Returned(function) is { } body)
            {
                found.Add(new ChunkNames(body, parameter.Name));
            }
        }

        return found;
    }

    /// <summary>Computes the name for a chunk id; <see langword="null"/> when no file has this id.</summary>
    /// <returns>Whether it could be computed.</returns>
    public bool TryName(string id, out string? name)
    {
        var value = Value(_body, id, depth: 0);
        name = value as string;
        return value is string or Missing;
    }

    private static Node? Returned(IFunction function) => function.Body switch
    {
        Expression expression => expression,
        // webpack writes "if (id === 1) return …;" before the general case.
        BlockStatement { Body.Count: >= 1 } body when body.Body.All(statement => statement is ReturnStatement or IfStatement { Alternate: null } or Directive) => body,
        _ => null,
    };

    private object? Value(Node? node, string id, int depth)
    {
        if (depth > 64)
            return null;
        switch (node)
        {
            case StringLiteral text:
                return text.Value;
            case NumericLiteral number:
                return number.Value.ToString(CultureInfo.InvariantCulture);
            case Identifier name:
                return name.Name == _parameter ? id : null;
            case ParenthesizedExpression inside:
                return Value(inside.Expression, id, depth + 1);
            case TemplateLiteral template:
                return Template(template, id, depth);
            case NonLogicalBinaryExpression { Operator: Operator.Addition } sum:
                return Joined(Value(sum.Left, id, depth + 1), Value(sum.Right, id, depth + 1));
            case NonLogicalBinaryExpression { Operator: Operator.StrictEquality or Operator.Equality } same:
                return Value(same.Left, id, depth + 1) is string one && Value(same.Right, id, depth + 1) is string other ? one == other : null;
            case LogicalExpression { Operator: Operator.LogicalOr or Operator.NullishCoalescing } either:
                return Value(either.Left, id, depth + 1) switch
                {
                    string { Length: > 0 } text => text,
                    Missing => Value(either.Right, id, depth + 1),
                    _ => null,
                };
            case ConditionalExpression choice:
                return Value(choice.Test, id, depth + 1) is bool isSo ? Value(isSo ? choice.Consequent : choice.Alternate, id, depth + 1) : null;
            case MemberExpression { Computed: true, Object: ObjectExpression table } entry:
                return Value(entry.Property, id, depth + 1) is string key ? Entry(table, key, id, depth) : null;
            case BlockStatement block:
                return Block(block, id, depth);
            default:
                return null;
        }
    }

    private object? Entry(ObjectExpression table, string key, string id, int depth)
    {
        foreach (var property in table.Properties)
        {
            if (property is not Property { Computed: false } pair)
                return null;
            if (WebpackChunk.TextOf(pair.Key) == key)
                return Value(pair.Value, id, depth + 1);
        }

        return Missing.Value;
    }

    private object? Block(BlockStatement block, string id, int depth)
    {
        foreach (var statement in block.Body)
        {
            switch (statement)
            {
                case ReturnStatement { Argument: { } returned }:
                    return Value(returned, id, depth + 1);
                case IfStatement choice when Value(choice.Test, id, depth + 1) is bool isSo:
                    if (!isSo)
                        break;
                    return choice.Consequent is BlockStatement inner ? Block(inner, id, depth + 1)
                        : choice.Consequent is ReturnStatement { Argument: { } value } ? Value(value, id, depth + 1) : null;
                case Directive:
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    private object? Template(TemplateLiteral template, string id, int depth)
    {
        object? text = template.Quasis[0].Value.Cooked;
        for (var i = 0; i < template.Expressions.Count; i++)
            text = Joined(Joined(text, Value(template.Expressions[i], id, depth + 1)), template.Quasis[i + 1].Value.Cooked);
        return text;
    }

#pragma warning disable CA1859 // The rule sees only one of the two: what is joined is a text, or missing.
    private static object? Joined(object? left, object? right)
#pragma warning restore CA1859
    {
        if (left is string one && right is string other)
            return one + other;
        return left is null or bool || right is null or bool ? null : Missing.Value;
    }

    /// <summary>An entry that a table does not have. Joined to a text it would be "undefined": such a name is of no file.</summary>
    private sealed class Missing
    {
        public static readonly Missing Value = new();
    }
}
