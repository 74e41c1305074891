using Acornima.Ast;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>The names that an ES module exports.</summary>
internal static class ModuleExports
{
    /// <summary>Names, and <c>* from source</c> for each source that is passed on whole.</summary>
    public static SortedSet<string> Of(ParsedScript script)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var statement in script.Program.Body)
        {
            switch (statement)
            {
                case ExportDefaultDeclaration:
                    names.Add("default");
                    break;
                case ExportAllDeclaration { Exported: { } exported }:
                    names.Add(Name(exported));
                    break;
                case ExportAllDeclaration all:
                    names.Add("* from " + all.Source.Value);
                    break;
                case ExportNamedDeclaration named:
                    names.UnionWith(named.Specifiers.Select(specifier => Name(specifier.Exported)));
                    names.UnionWith(Declared(named.Declaration));
                    break;
                default:
                    break;
            }
        }

        return names;
    }

    private static IEnumerable<string> Declared(Declaration? declaration) => declaration switch
    {
        VariableDeclaration variables => variables.Declarations.SelectMany(variable => Bindings.In(variable.Id)),
        FunctionDeclaration { Id: { } id } => [id.Name],
        ClassDeclaration { Id: { } id } => [id.Name],
        _ => [],
    };

    private static string Name(Expression exported) => exported switch
    {
        Identifier identifier => identifier.Name,
        StringLiteral text => text.Value,
        _ => throw new InvalidOperationException("An export is named by an identifier or a text."),
    };
}
