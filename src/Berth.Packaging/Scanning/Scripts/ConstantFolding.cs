using System.Text;
using Acornima;
using Acornima.Ast;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>
/// Texts that code puts together from constants: concatenation, templates, joined and reversed arrays, character codes, base64
/// and percent encoding. Bounded in depth, steps and length; what it cannot tell is not constant.
/// </summary>
internal sealed class ConstantFolding(ScanTask task)
{
    private const int MaxDepth = 48;
    private const int MaxLength = 1024 * 1024;
    private const int MaxStepsEach = 20_000;
    private int _steps;

    /// <summary>The text of an expression, or <see langword="null"/>.</summary>
    public string? Text(Node? node, ScriptScope scope)
    {
        _steps = 0;
        return AsText(Fold(node, scope, 0));
    }

    /// <summary>The text that an expression begins with, as far as it is constant, or <see langword="null"/> when it does not begin with one.</summary>
    public string? Prefix(Node? node, ScriptScope scope)
    {
        for (var depth = 0; depth < MaxDepth && node is not null; depth++)
        {
            if (Text(node, scope) is { } whole)
                return whole;
            switch (node)
            {
                case NonLogicalBinaryExpression { Operator: Operator.Addition } sum:
                    return Start(sum, scope);
                case TemplateLiteral { Quasis.Count: > 0 } template:
                    return template.Quasis[0].Value.Cooked is { Length: > 0 } start ? start : null;
                case CallExpression { Callee: MemberExpression { Property: Identifier { Name: "concat" } } member }:
                    node = member.Object;
                    break;
                case NewExpression { Callee: Identifier { Name: "URL" or "Request" }, Arguments.Count: > 0 } address:
                    node = address.Arguments[0];
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    // "ht" + "tps://" + host + "/x": what comes behind the first unknown part does not matter.
    private string? Start(NonLogicalBinaryExpression sum, ScriptScope scope)
    {
        var parts = new Stack<Node>();
        Node first = sum;
        while (first is NonLogicalBinaryExpression { Operator: Operator.Addition } inner)
        {
            task.Step();
            parts.Push(inner.Right);
            first = inner.Left;
        }

        parts.Push(first);
        var text = new StringBuilder();
        while (parts.TryPop(out var part))
        {
            if (text.Length > 2048)
                break;
            if (Text(part, scope) is { } constant)
            {
                text.Append(constant);
                continue;
            }

            if (part is TemplateLiteral { Quasis.Count: > 0 } template)
                text.Append(template.Quasis[0].Value.Cooked);
            break;
        }

        return text.Length == 0 ? null : text.ToString();
    }

    private object? Fold(Node? node, ScriptScope scope, int depth)
    {
        task.Step();
        if (node is null || depth > MaxDepth || ++_steps > MaxStepsEach)
            return null;
        return node switch
        {
            StringLiteral text => text.Value,
            NumericLiteral number => number.Value,
            TemplateLiteral template => Template(template, scope, depth),
            NonLogicalBinaryExpression binary => Binary(binary, scope, depth),
            UnaryExpression { Operator: Operator.UnaryNegation } negative => Fold(negative.Argument, scope, depth + 1) is double value ? -value : null,
            UnaryExpression { Operator: Operator.UnaryPlus } positive => Fold(positive.Argument, scope, depth + 1) as double?,
            ParenthesizedExpression group => Fold(group.Expression, scope, depth + 1),
            ChainExpression chain => Fold(chain.Expression, scope, depth + 1),
            SequenceExpression sequence => Fold(sequence.Expressions[^1], scope, depth + 1),
            ArrayExpression array => Array(array, scope, depth),
            Identifier name => scope.Find(name.Name) is { IsOpen: false, Values: [{ Member: null } only] } ? Fold(only.Value, only.Scope, depth + 1) : null,
            MemberExpression member => Member(member, scope, depth),
            CallExpression call => Call(call, scope, depth),
            _ => null,
        };
    }

    private string? Template(TemplateLiteral template, ScriptScope scope, int depth)
    {
        var text = new StringBuilder();
        for (var i = 0; i < template.Quasis.Count; i++)
        {
            text.Append(template.Quasis[i].Value.Cooked);
            if (i >= template.Expressions.Count)
                continue;
            if (AsText(Fold(template.Expressions[i], scope, depth + 1)) is not { } part || text.Length + part.Length > MaxLength)
                return null;
            text.Append(part);
        }

        return text.ToString();
    }

    private object? Binary(NonLogicalBinaryExpression binary, ScriptScope scope, int depth)
    {
        // A long chain of + is as deep as it is long: its left spine is walked, not descended.
        if (binary.Operator == Operator.Addition)
            return Sum(binary, scope, depth);
        if (Fold(binary.Left, scope, depth + 1) is not double left || Fold(binary.Right, scope, depth + 1) is not double right)
            return null;
        return binary.Operator switch
        {
            Operator.Subtraction => left - right,
            Operator.Multiplication => left * right,
            Operator.Division => left / right,
            Operator.BitwiseXor => (double)((int)left ^ (int)right),
            Operator.BitwiseOr => (double)((int)left | (int)right),
            Operator.BitwiseAnd => (double)((int)left & (int)right),
            _ => null,
        };
    }

    private object? Sum(NonLogicalBinaryExpression binary, ScriptScope scope, int depth)
    {
        var parts = new Stack<Node>();
        Node first = binary;
        while (first is NonLogicalBinaryExpression { Operator: Operator.Addition } sum)
        {
            task.Step();
            parts.Push(sum.Right);
            first = sum.Left;
        }

        var value = Fold(first, scope, depth + 1);
        StringBuilder? text = null;
        while (parts.TryPop(out var next))
        {
            if (value is null && text is null)
                return null;
            var addend = Fold(next, scope, depth + 1);
            if (text is null && value is double left && addend is double right)
            {
                value = left + right;
                continue;
            }

            if (AsText(addend) is not { } piece)
                return null;
            text ??= new StringBuilder(AsText(value));
            if (text.Length + piece.Length > MaxLength)
                return null;
            text.Append(piece);
        }

        return text?.ToString() ?? value;
    }

    private object?[]? Array(ArrayExpression array, ScriptScope scope, int depth)
    {
        if (array.Elements.Count > 4096)
            return null;
        var values = new object?[array.Elements.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Fold(array.Elements[i], scope, depth + 1);
        return values;
    }

    private object? Member(MemberExpression member, ScriptScope scope, int depth)
    {
        if (!member.Computed || Fold(member.Property, scope, depth + 1) is not double index || index is < 0 or > 1e6)
            return null;
        return Fold(member.Object, scope, depth + 1) switch
        {
            object?[] values when index < values.Length => values[(int)index],
            string text when index < text.Length => text[(int)index].ToString(),
            _ => null,
        };
    }

    private object? Call(CallExpression call, ScriptScope scope, int depth)
    {
        object? Argument(int index) => index < call.Arguments.Count ? Fold(call.Arguments[index], scope, depth + 1) : null;
        if (call.Callee is Identifier function && scope.Find(function.Name) is null)
            return TextCalls.OfGlobal(function.Name, Argument(0));
        if (call.Callee is not MemberExpression member || Name(member, scope, depth) is not { } name)
            return null;
        if (member.Object is Identifier { Name: "String" } && name is "fromCharCode" or "fromCodePoint")
            return TextCalls.OfCodes([.. call.Arguments.Select(argument => argument is SpreadElement spread ? Fold(spread.Argument, scope, depth + 1) : Fold(argument, scope, depth + 1))]);
        if (member.Object is Identifier { Name: "window" or "globalThis" or "self" })
            return TextCalls.OfGlobal(name, Argument(0));
        if (member.Object is Identifier { Name: "Buffer" } && name == "from")
            return AsText(Argument(1)) == "base64" ? TextCalls.OfGlobal("atob", Argument(0)) : Argument(0) as string;
        var value = Fold(member.Object, scope, depth + 1);
        return value is null ? null : TextCalls.OfMethod(value, name, [.. call.Arguments.Select((_, i) => Argument(i))]);
    }

    private string? Name(MemberExpression member, ScriptScope scope, int depth) =>
        member.Computed ? Fold(member.Property, scope, depth + 1) as string : (member.Property as Identifier)?.Name;

    private static string? AsText(object? value) => value switch
    {
        string text => text,
        double number => number.ToString("R"),
        _ => null,
    };
}
