using System.Globalization;
using Acornima.Ast;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>webpack's chunks: <c>(self.webpackChunkX = self.webpackChunkX || []).push([[ids], { modules }])</c>.</summary>
internal static class WebpackChunk
{
    /// <summary>Names of the chunks and modules that a call brings: <c>chunk 403</c>, <c>module ./src/Panel.tsx</c>.</summary>
    public static IEnumerable<string> NamesIn(CallExpression call)
    {
        if (Parts(call) is not var (ids, modules))
            return [];
        return [.. ids.Select(id => "chunk " + id), .. KeysOf(modules).Select(key => "module " + key)];
    }

    /// <summary>Whether the whole file is one chunk: nothing but pushing it.</summary>
    public static bool Is(ParsedScript script)
    {
        var statements = script.Program.Body.Where(statement => statement is not Directive and not EmptyStatement).ToList();
        return statements is [NonSpecialExpressionStatement { Expression: CallExpression call }] && Parts(call) is not null;
    }

    /// <summary>Whether the file has a runtime of its own: it names chunks, and waits for them under the global of its chunks.</summary>
    public static bool HasRuntime(ParsedScript script) => ChunkNames.In(script).Count > 0;

    /// <summary>A literal id or key as text.</summary>
    public static string? TextOf(Node? literal) => literal switch
    {
        StringLiteral text => text.Value,
        NumericLiteral number => number.Value.ToString(CultureInfo.InvariantCulture),
        Identifier name => name.Name,
        _ => null,
    };

    private static (IEnumerable<string> Ids, Node Modules)? Parts(CallExpression call)
    {
        if (call.Callee is not MemberExpression { Computed: false, Property: Identifier { Name: "push" } } || call.Arguments.Count != 1
            || call.Arguments[0] is not ArrayExpression { Elements: { Count: >= 2 } elements } || elements[0] is not ArrayExpression ids
            || elements[1] is not (ObjectExpression or ArrayExpression))
        {
            return null;
        }

        return (ids.Elements.Select(id => id is StringLiteral or NumericLiteral ? TextOf(id) : null).OfType<string>(), elements[1]!);
    }

    private static IEnumerable<string> KeysOf(Node modules) => modules switch
    {
        ObjectExpression record => record.Properties.OfType<Property>().Where(property => !property.Computed).Select(property => TextOf(property.Key)).OfType<string>(),
        ArrayExpression list => Enumerable.Range(0, list.Elements.Count).Where(i => list.Elements[i] is not null).Select(i => i.ToString(CultureInfo.InvariantCulture)),
        _ => [],
    };
}
