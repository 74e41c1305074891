using Acornima.Ast;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>What a script may ask for by name.</summary>
internal static class ScriptNames
{
    private static readonly HashSet<string> Loaders = new(StringComparer.Ordinal) { "importScripts", "Worker", "SharedWorker" };

    /// <summary>Every text, number and key that is written in the script.</summary>
    public static IEnumerable<string> Literals(ParsedScript script)
    {
        foreach (var node in script.Nodes())
        {
            if (node is StringLiteral or NumericLiteral)
                yield return WebpackChunk.TextOf(node)!;
            else if (node is Property { Computed: false, Key: Identifier key })
                yield return key.Name;
            else if (node is TemplateElement { Value.Cooked: { Length: > 0 } piece })
                yield return piece;
        }
    }

    /// <summary>Whether it runs code from a text, or loads a script whose name it makes while it runs; webpack's own loading of chunks does not count.</summary>
    public static bool LoadsUnknown(ParsedScript script) => script.Nodes().Any(node => node switch
    {
        ImportExpression import => import.Source is not StringLiteral,
        NewExpression { Callee: Identifier made } worker => Loaders.Contains(made.Name) && worker.Arguments.Any(argument => argument is not StringLiteral),
        CallExpression { Callee: Identifier { Name: "eval" } } => true,
        CallExpression { Callee: Identifier called } call => Loaders.Contains(called.Name) && call.Arguments.Any(argument => argument is not StringLiteral),
        _ => false,
    });
}
