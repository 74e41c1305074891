using Acornima.Ast;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>The names that a pattern of a declaration binds.</summary>
internal static class Bindings
{
    public static IEnumerable<string> In(Node? pattern) => pattern switch
    {
        Identifier name => [name.Name],
        AssignmentPattern withDefault => In(withDefault.Left),
        RestElement rest => In(rest.Argument),
        ArrayPattern array => array.Elements.SelectMany(In),
        ObjectPattern record => record.Properties.SelectMany(property => In(property is Property pair ? pair.Value : property)),
        _ => [],
    };
}
